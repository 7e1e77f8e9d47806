import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readNpyNumbers, writeNpyRows } from "./npy-file.js";

const directory = mkdtempSync(join(tmpdir(), "npy-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function npy(name: string, header: string, data: Uint8Array): string {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length + 1);
  const path = join(directory, name);
  writeFileSync(
    path,
    Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(`${header}\n`), data]),
  );
  return path;
}

it("gives numbers in C order, however they lie in the file", async () => {
  const c = npy(
    "c.npy",
    "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 1), }",
    Uint8Array.of(1, 2, 3, 4, 5, 6),
  );
  const fortran = npy(
    "f.npy",
    "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 1), }",
    Uint8Array.of(1, 4, 2, 5, 3, 6),
  );
  const expected = { shape: [2, 3, 1], values: Float64Array.of(1, 2, 3, 4, 5, 6) };
  expect(await readNpyNumbers(c)).toEqual(expected);
  expect(await readNpyNumbers(fortran)).toEqual(expected);
});

it("takes rows from files in C order only", async () => {
  const path = npy("rows.npy", "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }", Uint8Array.of(1, 2, 3, 4));
  await expect(writeNpyRows(path, join(directory, "out.npy"), [0])).rejects.toThrow("Fortran order");
});

it("refuses a file that is cut off, and elements that are no numbers", async () => {
  const cut = npy("cut.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", new Uint8Array(15));
  await expect(readNpyNumbers(cut)).rejects.toThrow("cut off");
  const texts = npy("texts.npy", "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4));
  await expect(readNpyNumbers(texts)).rejects.toThrow("its elements are <U1");
});
