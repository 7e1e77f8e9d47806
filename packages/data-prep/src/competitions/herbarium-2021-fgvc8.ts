import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { readPyJson } from "../py-json/parse-py-json.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { PyRandom } from "../random/py-random.js";
import { groupByCategory, splitCategories } from "../records/annotated-images.js";
import { requireObject, textField } from "../records/json-access.js";

const JSON_STYLE = { indent: 4, sortKeys: true };

export default definePreparer({
  id: "herbarium-2021-fgvc8",
  async prepare({ raw, publicDir, privateDir, place }) {
    const trainDir = raw.dir("train");
    const metadata = requireObject(await readPyJson(trainDir.file("metadata.json")), "metadata.json");
    const { train, test } = splitCategories(groupByCategory(metadata), 0.2);
    new PyRandom(0).shuffle(test);

    await place(
      train.map(({ image }) => {
        const name = textField(image, "file_name");
        return { from: trainDir.join(name), to: publicDir.join("train", name) };
      }),
    );
    const testNames = test.map(
      (_, index) => `images/${String(Math.floor(index / 1000)).padStart(3, "0")}/${index}.jpg`,
    );
    await place(
      test.map(({ image }, index) => ({
        from: trainDir.join(textField(image, "file_name")),
        to: publicDir.join("test", testNames[index]!),
      })),
    );

    const trainMetadata = metadata.with({
      annotations: train.map(({ annotation }) => annotation),
      images: train.map(({ image }) => image),
    });
    const testImages = test.map(({ image }, index) => image.with({ id: String(index), file_name: testNames[index]! }));
    const testMetadata = metadata.omit(["annotations", "categories", "institutions"]).with({ images: testImages });
    await writePyJson(publicDir.file("train", "metadata.json"), trainMetadata, JSON_STYLE);
    await writePyJson(publicDir.file("test", "metadata.json"), testMetadata, JSON_STYLE);

    const answers = new DataFrame([
      ["Id", Column.range(test.length)],
      ["Predicted", Column.int64(test.map(({ category }) => category))],
    ]);
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Predicted", 0));
    await writeCsv(privateDir.file("answers.csv"), answers);
  },
});
