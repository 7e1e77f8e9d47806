import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { oneHotAnswers } from "../tables/one-hot-answers.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

/** The authors and the values of Kaggle's sample submission: their shares of the training data. */
const SAMPLE_VALUES = { EAP: 0.403493538995863, HPL: 0.287808366106543, MWS: 0.308698094897594 };

export default definePreparer({
  id: "spooky-author-identification",
  async prepare({ raw, publicDir, privateDir, scratch, extract }) {
    await extract(raw.file("train.zip"), scratch);
    const all = await readCsv(scratch.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const answers = oneHotAnswers(test.drop("text"), {
      id: "id",
      target: "author",
      classes: Object.keys(SAMPLE_VALUES),
    });
    let sample = answers;
    for (const [author, value] of Object.entries(SAMPLE_VALUES)) sample = sample.withColumn(author, value);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("author"));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
