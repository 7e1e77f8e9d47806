import { posix } from "node:path";
import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { writeTar } from "../archives/write-tar.js";
import { definePreparer } from "../preparer.js";
import { readPyJson } from "../py-json/parse-py-json.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { PyRandom } from "../random/py-random.js";
import { groupByCategory, requireTestKeys, splitCategories } from "../records/annotated-images.js";
import { requireObject, textField } from "../records/json-access.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";

const JSON_STYLE = { indent: 4, sortKeys: true };

/** The new archives are called .tar.gz and are plain tars, as upstream's. */
export default definePreparer({
  id: "inaturalist-2019-fgvc6",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    raw.require("train_val2019.tar.gz", "train2019.json", "val2019.json");
    const metadata = requireObject(await readPyJson(raw.file("train2019.json")), "train2019.json");
    const { train, test } = splitCategories(groupByCategory(metadata, "id"), 0.12);
    new PyRandom(0).shuffle(test);

    // One pass over the large archive: every photo is unpacked where it is packed again from.
    const targets = new Map<string, string>();
    for (const { image } of train) {
      const name = textField(image, "file_name");
      targets.set(name, name);
    }
    const testNames = test.map(({ image }) => `test2019/${posix.basename(textField(image, "file_name"))}`);
    for (const [index, { image }] of test.entries()) targets.set(textField(image, "file_name"), testNames[index]!);
    requireDistinctTexts(
      train.map(({ image }) => textField(image, "file_name")),
      "The file_name of train2019.json",
    );
    requireDistinctTexts(testNames, "The name of a test image");
    await extract(raw.file("train_val2019.tar.gz"), scratch, { select: (name) => targets.get(name) ?? null });
    await writeTar(publicDir.file("train_val2019.tar.gz"), scratch.dir("train_val2019").path);
    await writeTar(publicDir.file("test2019.tar.gz"), scratch.dir("test2019").path);

    const trainMetadata = metadata.with({
      annotations: train.map(({ annotation }) => annotation),
      images: train.map(({ image }) => image),
    });
    const testMetadata = metadata
      .omit(["categories", "annotations"])
      .with({ images: test.map(({ image }, index) => image.with({ file_name: testNames[index]! })) });
    requireTestKeys(testMetadata);
    await writePyJson(publicDir.file("train2019.json"), trainMetadata, JSON_STYLE);
    await writePyJson(publicDir.file("test2019.json"), testMetadata, JSON_STYLE);
    await place([{ from: raw.file("val2019.json"), to: publicDir.join("val2019.json") }]);

    const answers = new DataFrame([
      ["id", Column.from(test.map(({ image }) => numericId(image.get("id"))))],
      ["predicted", Column.int64(test.map(({ category }) => category))],
    ]);
    await writeCsv(publicDir.file("kaggle_sample_submission.csv"), answers.withColumn("predicted", 654));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});

function numericId(id: unknown): number | string {
  return typeof id === "number" ? id : String(id);
}
