import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, it } from "vitest";
import { compareParquet } from "./compare-parquet.js";
import { BUNDLED_KIT } from "./kit.js";
import { readZip } from "./zip.js";

const table = (values: number[], type: "INT32" | "DOUBLE" = "INT32", codec: "SNAPPY" | "UNCOMPRESSED" = "SNAPPY") =>
  new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "a", data: values, type }], codec }));

it("finds tables with equal schema and values equal, however they are compressed", async () => {
  expect(await compareParquet(table([1, 2]), table([1, 2], "INT32", "UNCOMPRESSED"))).toBeUndefined();
});

it("tells a value, a row count and a type apart", async () => {
  expect(await compareParquet(table([1, 3]), table([1, 2]))).toBe("row 1, column a: 3, upstream 2");
  expect(await compareParquet(table([1]), table([1, 2]))).toBe("has 1 rows, upstream 2");
  expect(await compareParquet(table([1], "DOUBLE"), table([1]))).toMatch(/schema a DOUBLE/);
});

it("reads upstream's own parquet files", async () => {
  const { files } = await readZip(await readFile(join(BUNDLED_KIT, "icecube-neutrinos-in-deep-ice", "prepared.zip")));
  const data = files.get("public/train_meta.parquet")!;
  expect(await compareParquet(data, data)).toBeUndefined();
});
