import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "chaii-hindi-and-tamil-question-answering",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const answers = test.select(["id", "answer_text"]).rename({ answer_text: "PredictionString" });

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(["answer_start", "answer_text"]));
    await writeCsv(publicDir.file("sample_submission.csv"), answers.withColumn("PredictionString", "dummy text"));
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
