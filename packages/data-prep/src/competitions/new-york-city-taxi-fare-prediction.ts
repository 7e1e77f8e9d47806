import { scanCsv, splitCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";

const TARGET = "fare_amount";
const TEST_ROWS = 9914;

/** 55 million rows in permuted order: they never are in memory together. */
export default definePreparer({
  id: "new-york-city-taxi-fare-prediction",
  async prepare({ raw, publicDir, privateDir, place, signal, progress }) {
    const scan = await scanCsv(raw.file("train.csv"));
    const { train, test } = trainTestSplit(scan.rows, { testSize: TEST_ROWS, random: 0 });
    const features = scan.columns.map(({ name }) => name).filter((name) => name !== TARGET);
    await splitCsv(
      scan,
      [
        { path: publicDir.file("labels.csv"), rows: train },
        { path: publicDir.file("test.csv"), rows: test, columns: features },
        { path: privateDir.file("test.csv"), rows: test },
        {
          path: publicDir.file("sample_submission.csv"),
          rows: test,
          columns: ["key"],
          constants: { [TARGET]: "11.35" },
        },
      ],
      { signal, onProgress: ({ rows, totalRows }) => progress("split", rows, totalRows) },
    );
    const coupons = "GCP-Coupons-Instructions.rtf";
    await place([{ from: raw.file(coupons), to: publicDir.join(coupons) }]);
  },
});
