import { scanCsv, splitCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { requireColumns } from "../tables/require-columns.js";
import { requireDisjointRows } from "../tables/require-disjoint-rows.js";

const TARGET = "Cover_Type";

export default definePreparer({
  id: "tabular-playground-series-dec-2021",
  async prepare({ raw, publicDir, privateDir, signal, progress }) {
    const scan = await scanCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplit(scan.rows, { testSize: 0.1, random: 0 });
    const isTest = new Uint8Array(scan.rows);
    for (const row of test) isTest[row] = 1;
    await requireDisjointRows(scan.path, "Id", { isTest, file: "train.csv", signal });
    const names = scan.columns.map(({ name }) => name);
    requireColumns(names, "train.csv", { atLeast: ["Id", TARGET] });
    const features = names.filter((name) => name !== TARGET);
    await splitCsv(
      scan,
      [
        { path: publicDir.file("train.csv"), rows: train },
        { path: publicDir.file("test.csv"), rows: test, columns: features },
        { path: privateDir.file("test.csv"), rows: test },
        { path: publicDir.file("sample_submission.csv"), rows: test, columns: ["Id"], constants: { [TARGET]: "2" } },
      ],
      { signal, onProgress: ({ rows, totalRows }) => progress("split", rows, totalRows) },
    );
  },
});
