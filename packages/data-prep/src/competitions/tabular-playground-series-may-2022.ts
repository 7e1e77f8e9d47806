import { Column, type DataFrame, readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { requireColumns } from "../tables/require-columns.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

const TEST_ROWS = 100_000;

/** Ids are numbered anew through both parts, in the split's order. */
export default definePreparer({
  id: "tabular-playground-series-may-2022",
  async prepare({ raw, publicDir, privateDir }) {
    const all = await readCsv(raw.file("train.csv"));
    requireColumns(all.columns, "train.csv", { atLeast: ["id", "target"] });
    const split = trainTestSplitFrame(all, { testSize: TEST_ROWS, random: 0 });
    const train = numberedFrom(0, split.train);
    const test = numberedFrom(train.height, split.test);

    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("target"));
    await writeCsv(publicDir.file("sample_submission.csv"), test.select(["id"]).withColumn("target", 0.5));
    await writeCsv(privateDir.file("test.csv"), test);
    await writeCsv(privateDir.file("gold_submission.csv"), test.select(["id", "target"]));
  },
});

function numberedFrom(first: number, part: DataFrame): DataFrame {
  return part.withColumn("id", Column.int64(Float64Array.from({ length: part.height }, (_, row) => first + row)));
}
