import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

/** Written in the order of the raw table. */
const SAMPLE_COLUMNS = ["id", "EC1", "EC2"];

export default definePreparer({
  id: "playground-series-s3e18",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { count: 38 });
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const sample = test
      .select(test.columns.filter((name) => SAMPLE_COLUMNS.includes(name)))
      .withColumn("EC1", 0.5)
      .withColumn("EC2", 0.5);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop(["EC1", "EC2", "EC3", "EC4", "EC5", "EC6"]));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), test);
  },
});
