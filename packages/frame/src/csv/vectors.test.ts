import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseCsv, type ReadCsvOptions, toCsv, type WriteCsvOptions } from "../index.js";

const kit = new URL("../../../conformance/kit/_primitives/", import.meta.url);
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, kit), "utf8"));

interface CsvVector {
  readonly name: string;
  readonly input: string;
  readonly read: {
    readonly sep?: string;
    readonly dtype?: Record<string, "str">;
    readonly keep_default_na?: boolean;
    readonly float_precision?: null;
  };
  readonly write: {
    readonly index?: boolean;
    readonly sep?: string;
    readonly quoting?: number;
    readonly float_format?: string;
    readonly na_rep?: string;
  };
  readonly dtypes: readonly string[];
  readonly output: string;
}

const QUOTING = ["minimal", "all", "nonnumeric", "none"] as const;

describe("the reader and writer agree with pandas", () => {
  for (const vector of load("csv.json") as CsvVector[]) {
    it(`for ${vector.name}`, () => {
      const { read, write } = vector;
      const readOptions: ReadCsvOptions = {
        separator: read.sep,
        dtype: read.dtype,
        keepDefaultNa: read.keep_default_na,
        floatPrecision: read.float_precision === null ? "high" : undefined,
      };
      const writeOptions: WriteCsvOptions = {
        index: write.index ?? true,
        separator: write.sep,
        quoting: QUOTING[write.quoting ?? 0],
        floatFormat: write.float_format,
        missingText: write.na_rep,
      };
      const frame = parseCsv(vector.input, readOptions);
      expect(frame.columns.map((name) => frame.column(name).kind)).toEqual(vector.dtypes);
      expect(toCsv(frame, writeOptions)).toBe(vector.output);
    });
  }
});

interface BlockVector {
  readonly rows: number;
  readonly columns: number;
  readonly input_md5: string;
  readonly dtypes_of_last_columns: readonly string[];
  readonly output_md5: string;
  readonly output_size: number;
  readonly lines: Readonly<Record<string, string>>;
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** The table that the vector describes in words: 34 number columns, then six whose type changes at row 16384 or 20000. */
function blockInput(rows: number): string {
  const plain = Array.from({ length: 34 }, (_, column) => column);
  const names = [...plain.map((column) => `p${column}`), "a", "b", "c", "d", "e", "f"];
  let text = `${names.join(",")}\n`;
  for (let row = 0; row < rows; row += 1) {
    const early = row < 16384;
    text += `${[
      ...plain.map((column) => (row * (column + 1)) % 1000),
      row < 20000 ? `0${row}` : `x${row}`,
      early ? row : `${row}.5`,
      early ? "True" : row,
      early ? "" : row,
      early ? `00${row}` : "a",
      early ? row : "",
    ].join(",")}\n`;
  }
  return text;
}

describe("types by block of rows", () => {
  const [vector] = load("csv_blocks.json") as BlockVector[];
  it("mixes a column's types where its blocks differ, as pandas does", () => {
    if (!vector) throw new Error("no vector");
    const input = blockInput(vector.rows);
    expect(md5(input)).toBe(vector.input_md5);
    const frame = parseCsv(input);
    expect(frame.columns.slice(-6).map((name) => frame.column(name).kind)).toEqual(vector.dtypes_of_last_columns);
    const output = toCsv(frame);
    const lines = output.split("\n");
    for (const [row, line] of Object.entries(vector.lines)) expect(lines[Number(row) + 1]).toBe(line);
    expect(output.length).toBe(vector.output_size);
    expect(md5(output)).toBe(vector.output_md5);
  });
});
