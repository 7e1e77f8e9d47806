import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const OUTCOMES = ["winner_model_a", "winner_model_b", "winner_tie"];

export default definePreparer({
  id: "lmsys-chatbot-arena",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    requireDisjoint(train, test, "id", "train.csv");
    let sample = test.select(["id"]);
    for (const outcome of OUTCOMES) sample = sample.withColumn(outcome, 1 / 3);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.select(["id", "prompt", "response_a", "response_b"]));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
