import { type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { RawDataError } from "../errors.js";
import { definePreparer } from "../preparer.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";

const CLASSES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"];

/** Kaggle's own test data and labels, written anew: nothing is split. */
export default definePreparer({
  id: "jigsaw-toxic-comment-classification-challenge",
  async prepare({ raw, publicDir, privateDir, scratch, extract }) {
    const read = async (name: string) => {
      await extract(raw.file(`${name}.zip`), scratch);
      return readCsv(scratch.join(name));
    };
    const train = await read("train.csv");
    const test = await read("test.csv");
    const answers = await read("test_labels.csv");
    let sample = await read("sample_submission.csv");
    requireSameIds(test, answers, "test_labels.csv");
    requireSameIds(test, sample, "sample_submission.csv");
    requireDisjoint(train, test, "id", "train.csv or test.csv");
    for (const name of CLASSES) sample = sample.withColumn(name, 0.5);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test);
    await writeCsv(privateDir.file("test.csv"), answers);
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
  },
});

function requireSameIds(test: DataFrame, other: DataFrame, file: string): void {
  const [known, own] = [textCells(test, "id").sort(), textCells(other, "id").sort()];
  const index = known.findIndex((id, at) => id !== own[at]);
  if (index < 0 && known.length === own.length) return;
  const odd = index < 0 ? "more rows" : `id ${own[index] ?? "(none)"} where test.csv has ${known[index]}`;
  throw new RawDataError(`${file} and test.csv do not have the same ids: ${file} has ${own.length} rows and ${odd}.`);
}
