import { Column, DataFrame, writeCsv } from "@mlebench/frame";
import type { PrepareContext } from "../preparer.js";
import { type ParsePyJsonOptions, readPyJson } from "../py-json/parse-py-json.js";
import { writePyJson } from "../py-json/write-py-json.js";
import { PyRandom } from "../random/py-random.js";
import { requireDistinctTexts } from "../tables/require-distinct.js";
import { groupByCategory, requireTestKeys, splitCategories } from "./annotated-images.js";
import { requireObject, textField } from "./json-access.js";

/** What differs between two years of the herbarium competition. */
export interface HerbariumYear {
  /** Folder that holds `train` in the raw data, and `train` and `test` in the prepared ones; none when empty. */
  readonly folder: readonly string[];
  readonly encoding?: ParsePyJsonOptions["encoding"];
  /** Keys of the metadata that the test part does not show. */
  readonly hidden: readonly string[];
}

const METADATA = "metadata.json";
const JSON_STYLE = { indent: 4, sortKeys: true };

/** Every category is split on its own; the photos of the test part are shuffled and numbered anew. */
export async function prepareHerbarium(
  { raw, publicDir, privateDir, place }: PrepareContext,
  { folder, encoding, hidden }: HerbariumYear,
): Promise<void> {
  const trainDir = raw.dir(...folder, "train");
  const metadata = requireObject(await readPyJson(trainDir.file(METADATA), { encoding }), METADATA);
  const { train, test } = splitCategories(groupByCategory(metadata, "id"), 0.2);
  new PyRandom(0).shuffle(test);

  requireDistinctTexts(
    train.map(({ image }) => textField(image, "file_name")),
    `The file_name of ${METADATA}`,
  );
  await place(
    train.map(({ image }) => {
      const name = textField(image, "file_name");
      return { from: trainDir.join(name), to: publicDir.join(...folder, "train", name) };
    }),
  );
  const testNames = test.map((_, index) => `images/${String(Math.floor(index / 1000)).padStart(3, "0")}/${index}.jpg`);
  await place(
    test.map(({ image }, index) => ({
      from: trainDir.join(textField(image, "file_name")),
      to: publicDir.join(...folder, "test", testNames[index]!),
    })),
  );

  const trainMetadata = metadata.with({
    annotations: train.map(({ annotation }) => annotation),
    images: train.map(({ image }) => image),
  });
  const testImages = test.map(({ image }, index) => image.with({ id: String(index), file_name: testNames[index]! }));
  const testMetadata = metadata.omit(hidden).with({ images: testImages });
  requireTestKeys(testMetadata);
  await writePyJson(publicDir.file(...folder, "train", METADATA), trainMetadata, JSON_STYLE);
  await writePyJson(publicDir.file(...folder, "test", METADATA), testMetadata, JSON_STYLE);

  const answers = new DataFrame([
    ["Id", Column.range(test.length)],
    ["Predicted", Column.int64(test.map(({ category }) => category))],
  ]);
  await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("Predicted", 0));
  await writeCsv(privateDir.file("answers.csv"), answers);
}
