import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { parquetWriteFile } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { openParquet } from "./read-parquet.js";
import { createParquet } from "./write-parquet.js";

const directory = mkdtempSync(join(tmpdir(), "mlebench-parquet-"));
afterAll(() => rmSync(directory, { recursive: true }));

const TYPES = { event: "INT64", angle: "DOUBLE" } as const;

async function readAll(path: string, names: readonly string[]): Promise<Record<string, (number | bigint)[]>> {
  await using source = await openParquet(path);
  const all: Record<string, (number | bigint)[]> = Object.fromEntries(names.map((name) => [name, []]));
  for await (const { columns } of source.windows(names)) {
    for (const name of names) for (const value of columns[name]!) all[name]!.push(value);
  }
  return all;
}

describe("a parquet file of numbers", () => {
  it("comes back as it was written, several pages and row groups long", async () => {
    const path = join(directory, "written.parquet");
    const event = BigInt64Array.from({ length: 150_000 }, (_, row) => BigInt(row) * 61_489_146_912_365n);
    const angle = Float64Array.from({ length: 150_000 }, (_, row) => Math.sin(row));
    {
      await using sink = await createParquet(path, TYPES);
      await sink.write({ event, angle });
      await sink.write({ event: event.subarray(0, 0), angle: angle.subarray(0, 0) });
      await sink.write({ event: event.subarray(0, 3), angle: angle.subarray(0, 3) });
      await sink.close();
    }
    const all = await readAll(path, ["angle", "event"]);
    expect(all["event"]).toEqual([...event, ...event.subarray(0, 3)]);
    expect(all["angle"]).toEqual([...angle, ...angle.subarray(0, 3)]);
    const file = await asyncBufferFromFile(path);
    expect((await parquetMetadataAsync(file)).version).toBe(1);
    const rows = await parquetReadObjects({ file, rowStart: 150_001 });
    expect(rows).toEqual([1, 2].map((row) => ({ event: event[row], angle: angle[row] })));
  });

  it("is read whatever its encodings, page sizes and compression", async () => {
    const path = join(directory, "foreign.parquet");
    const few = Array.from({ length: 5000 }, (_, row) => BigInt(row % 7));
    const wide = Array.from({ length: 5000 }, (_, row) => BigInt.asIntN(62, BigInt(row) ** 7n));
    const many = Array.from({ length: 5000 }, (_, row) => row / 3);
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: "few", data: few, type: "INT64", encoding: "RLE_DICTIONARY" },
        { name: "many", data: many, type: "DOUBLE", nullable: false, codec: "UNCOMPRESSED" },
        { name: "steps", data: few, type: "INT64", encoding: "DELTA_BINARY_PACKED" },
        { name: "jumps", data: wide, type: "INT64", encoding: "DELTA_BINARY_PACKED", nullable: false },
        { name: "split", data: many, type: "DOUBLE", encoding: "BYTE_STREAM_SPLIT" },
      ],
      rowGroupSize: 1999,
      pageSize: 1000,
    });
    const columns = { few, many, steps: few, jumps: wide, split: many };
    expect(await readAll(path, Object.keys(columns))).toEqual(columns);
  });

  it("is refused when values are missing or no 64-bit numbers", async () => {
    const path = join(directory, "holes.parquet");
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: "holes", data: [1, null, 3], type: "DOUBLE" },
        { name: "texts", data: ["a", "b", "c"], type: "STRING" },
      ],
    });
    await expect(readAll(path, ["holes"])).rejects.toThrow(/column holes has missing values/);
    await expect(readAll(path, ["texts"])).rejects.toThrow(/no column texts of 64-bit numbers/);
    await expect(readAll(path, ["others"])).rejects.toThrow(/no column others/);
  });

  it("leaves nothing when it is not closed", async () => {
    const folder = mkdtempSync(join(directory, "open-"));
    {
      await using sink = await createParquet(join(folder, "a.parquet"), TYPES);
      await sink.write({ event: BigInt64Array.of(1n), angle: Float64Array.of(0.5) });
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});
