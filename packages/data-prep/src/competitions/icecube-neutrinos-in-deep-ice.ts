import { basename } from "node:path";
import { Column, createCsvWriter, DataFrame } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { trainTestSplitList } from "../random/train-test-split.js";
import type { ParquetColumn } from "../records/parquet-page.js";
import { openParquet } from "../records/read-parquet.js";
import { createParquet, type ParquetType } from "../records/write-parquet.js";
import { requireColumns } from "../tables/require-columns.js";

const EVENT_TYPES = {
  batch_id: "INT64",
  event_id: "INT64",
  first_pulse_index: "INT64",
  last_pulse_index: "INT64",
} as const satisfies Record<string, ParquetType>;
const DIRECTION_TYPES = { azimuth: "DOUBLE", zenith: "DOUBLE" } as const satisfies Record<string, ParquetType>;
const ALL_TYPES = { ...EVENT_TYPES, ...DIRECTION_TYPES };

/** Batches are split as wholes. The table has 132 million rows, so it passes through in windows. */
export default definePreparer({
  id: "icecube-neutrinos-in-deep-ice",
  writerDependent: ["public/train_meta.parquet", "public/test_meta.parquet"],
  async prepare({ raw, publicDir, privateDir, place, signal, progress }) {
    raw.require("train_meta.parquet", "train", "sensor_geometry.csv");
    await using meta = await openParquet(raw.file("train_meta.parquet"));
    // Upstream keeps the order of the columns; what it would do with others cannot be done here.
    requireColumns(meta.columns, "train_meta.parquet", { inAnyOrder: Object.keys(ALL_TYPES) });
    const inFileOrder = (types: Readonly<Record<string, ParquetType>>) =>
      Object.fromEntries(
        meta.columns.flatMap((name) => (types[name] === undefined ? [] : [[name, types[name]] as const])),
      );
    const batches = new Set<number>();
    for await (const { columns } of meta.windows(["batch_id"], { signal })) {
      for (const batch of columns["batch_id"]!) batches.add(Number(batch));
    }
    const split = trainTestSplitList([...batches], { testSize: 0.1, random: 0 });
    const testBatches = new Set(split.test);

    await using trainMeta = await createParquet(publicDir.file("train_meta.parquet"), inFileOrder(ALL_TYPES));
    await using testMeta = await createParquet(publicDir.file("test_meta.parquet"), inFileOrder(EVENT_TYPES));
    await using answers = createCsvWriter(privateDir.file("test.csv"));
    await using sample = createCsvWriter(publicDir.file("sample_submission.csv"));
    let done = 0;
    for await (const { columns, rows } of meta.windows(Object.keys(ALL_TYPES), { signal })) {
      const testRows: number[] = [];
      const trainRows: number[] = [];
      for (const [row, batch] of columns["batch_id"]!.entries()) {
        (testBatches.has(Number(batch)) ? testRows : trainRows).push(row);
      }
      await trainMeta.write(pick(columns, trainRows));
      const hidden = pick(columns, testRows);
      await testMeta.write(hidden);
      const ids = Column.int64(hidden["event_id"] as BigInt64Array);
      const one = Column.constant(1, ids.length);
      answers.write(
        new DataFrame([
          ["event_id", ids],
          ["azimuth", Column.float64(hidden["azimuth"] as Float64Array)],
          ["zenith", Column.float64(hidden["zenith"] as Float64Array)],
        ]),
      );
      sample.write(
        new DataFrame([
          ["event_id", ids],
          ["azimuth", one],
          ["zenith", one],
        ]),
      );
      done += rows;
      progress("split", done, meta.rows);
    }
    await trainMeta.close();
    await testMeta.close();
    await answers.close();
    await sample.close();

    const folder = raw.dir("train");
    await place(
      folder.fileNames(".parquet").flatMap((name) => {
        const batch = Number(basename(name, ".parquet").split("_").at(-1));
        if (!batches.has(batch)) return [];
        return [{ from: folder.join(name), to: publicDir.join(testBatches.has(batch) ? "test" : "train", name) }];
      }),
    );
    await place([{ from: raw.file("sensor_geometry.csv"), to: publicDir.join("sensor_geometry.csv") }]);
  },
});

/** These rows of every column. */
function pick(
  columns: Readonly<Record<string, ParquetColumn>>,
  rows: readonly number[],
): Record<string, ParquetColumn> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      values instanceof BigInt64Array
        ? BigInt64Array.from(rows, (row) => values[row]!)
        : Float64Array.from(rows, (row) => values[row]!),
    ]),
  );
}
