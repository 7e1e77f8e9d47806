import { Column, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { RandomState } from "../random/random-state.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDisjoint } from "../tables/require-distinct.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

export default definePreparer({
  id: "learning-agency-lab-automated-essay-scoring-2",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    requireColumns(test.drop("score").columns, "train.csv without score", { exactly: ["essay_id", "full_text"] });
    requireDisjoint(train, test, "essay_id", "train.csv");
    const scores = new RandomState(42).randints(1, 7, test.height);
    const sample = test.select(["essay_id"]).withColumn("score", Column.int64(scores));

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("score"));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("answers.csv"), test);
  },
});
