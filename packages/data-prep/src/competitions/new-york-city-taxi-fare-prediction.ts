import { scanCsv, splitCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplit } from "../random/train-test-split.js";
import { requireColumns } from "../tables/require-columns.js";

const TARGET = "fare_amount";
const TEST_ROWS = 9914;
const COLUMNS = [
  "key",
  TARGET,
  "pickup_datetime",
  "pickup_longitude",
  "pickup_latitude",
  "dropoff_longitude",
  "dropoff_latitude",
  "passenger_count",
];

/** 55 million rows in permuted order: they never are in memory together. */
export default definePreparer({
  id: "new-york-city-taxi-fare-prediction",
  async prepare({ raw, publicDir, privateDir, place, signal, progress }) {
    const scan = await scanCsv(raw.file("train.csv"));
    const names = scan.columns.map(({ name }) => name);
    requireColumns(names, "train.csv", { count: COLUMNS.length, usually: COLUMNS });
    requireColumns(names, "train.csv", { atLeast: ["key", TARGET] });
    const { train, test } = trainTestSplit(scan.rows, { testSize: TEST_ROWS, random: 0 });
    const features = names.filter((name) => name !== TARGET);
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
