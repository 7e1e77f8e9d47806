import { describe, expect, it } from "vitest";
import { BlockReader } from "./block-reader.js";
import type { ByteSource } from "./byte-source.js";

/** Hands a text out in pieces. */
function piecewise(text: string, pieceBytes: number): ByteSource {
  const bytes = Buffer.from(text);
  let position = 0;
  return {
    read() {
      const piece = bytes.subarray(position, position + pieceBytes);
      position += piece.length;
      return piece;
    },
    close() {},
  };
}

describe("a field that is very much longer than a piece of the file", () => {
  // Looking at it from its beginning for every piece would take hours.
  const long = 4_000_000;

  it.each([
    ["bare", "x".repeat(long)],
    ["quoted", `"${"x".repeat(long)}"`],
    ["with doubled quotes", `"${'""'.repeat(long / 2)}"`],
    ["of NUL bytes", "\0".repeat(long)],
    ["before many rows", `${"x".repeat(long)}${"\n1".repeat(200_000)}`],
  ])("is read piece by piece: %s", (_, field) => {
    const reader = new BlockReader(piecewise(`a\n${field}\n`, 16), {});
    let rows = 0;
    for (let read = reader.nextRows(); read > 0; read = reader.nextRows()) {
      rows += read;
      reader.release();
    }
    expect(rows).toBe(field.split("\n").length);
  });

  it("is skipped piece by piece", () => {
    const reader = new BlockReader(piecewise(`${"x".repeat(long)}\na\n1\n`, 16), { skipLines: 1 });
    expect(reader.columns.map(({ name }) => name)).toEqual(["a"]);
  });
});

it("keeps the rest of the window when blocks are small beside it", () => {
  const rows = Array.from({ length: 4000 }, (_, row) => `${row},${"y".repeat(row % 50)}`);
  const reader = new BlockReader(piecewise(`a,b\n-1,"${"x".repeat(300_000)}"\n${rows.join("\n")}\n`, 200_000), {});
  Object.assign(reader, { blockRows: 7 });
  const ids: number[] = [];
  for (let read = reader.nextRows(); read > 0; read = reader.nextRows()) {
    for (const cell of reader.convert(reader.columns[0]!, read).cells()) ids.push(Number(cell));
    reader.release();
  }
  expect(ids).toEqual(Array.from({ length: 4001 }, (_, index) => index - 1));
});
