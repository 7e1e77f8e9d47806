import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareContent } from "./compare-content.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "compare-content-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function write(
  name: string,
  data: readonly number[],
  codec: "SNAPPY" | "UNCOMPRESSED" = "SNAPPY",
): Promise<string> {
  const path = join(directory, `${name}.parquet`);
  const columnData = [{ name: "x", data: [...data], type: "DOUBLE" as const }];
  await writeFile(path, Buffer.from(parquetWriteBuffer({ columnData, codec })));
  return path;
}

it("sees the same table behind different bytes, and another one behind any", async () => {
  const values = Array.from({ length: 5000 }, (_, index) => index / 3);
  const one = await write("one", values);
  expect(await compareContent(one, await write("plain", values, "UNCOMPRESSED"))).toEqual({ content: "equal" });
  expect(await compareContent(one, await write("other", values.with(4321, -1)))).toEqual({
    content: "different",
    reason: "row 4321 differs",
  });
  expect(await compareContent(one, await write("short", values.slice(1)))).toMatchObject({ content: "different" });
  expect(await compareContent("a.csv", "b.csv")).toBeUndefined();
});
