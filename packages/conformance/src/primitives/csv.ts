import { parseCsv, type ReadCsvOptions, toCsv } from "@mlebench/frame";
import type { PrimitiveKind } from "../check-primitives.js";
import { firstDifference } from "../first-difference.js";
import { md5 } from "../kit.js";

interface CsvVector {
  readonly name: string;
  readonly input: string;
  readonly read: {
    readonly sep?: string;
    readonly dtype?: ReadCsvOptions["dtype"];
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

interface CsvBlockVector {
  readonly rows: number;
  readonly input_md5: string;
  readonly dtypes_of_last_columns: readonly string[];
  readonly output_md5: string;
}

/** Python's csv.QUOTE_* by number. */
const QUOTING = ["minimal", "all", "nonnumeric", "none"] as const;

/** A table read and written again. */
function csvProblem({ input, read, write, dtypes, output }: CsvVector): string | undefined {
  const frame = parseCsv(input, {
    separator: read.sep,
    dtype: read.dtype,
    keepDefaultNa: read.keep_default_na,
    floatPrecision: read.float_precision === null ? "high" : undefined,
  });
  const kinds = frame.columns.map((name) => frame.column(name).kind).join(", ");
  if (kinds !== dtypes.join(", ")) return `types ${kinds}, upstream ${dtypes.join(", ")}`;
  const text = toCsv(frame, {
    index: write.index ?? true,
    separator: write.sep,
    quoting: QUOTING[write.quoting ?? 0],
    floatFormat: write.float_format,
    missingText: write.na_rep,
  });
  return text === output ? undefined : firstDifference(Buffer.from(text), Buffer.from(output));
}

export const csv: PrimitiveKind<CsvVector> = { name: ({ name }) => `csv: ${name}`, problem: csvProblem };

/** A table long enough to be typed in blocks of rows. */
function csvBlocksProblem(vector: CsvBlockVector): string | undefined {
  const input = blockInput(vector.rows);
  if (md5(Buffer.from(input)) !== vector.input_md5) return "the table described in words could not be made";
  const frame = parseCsv(input);
  const expected = vector.dtypes_of_last_columns;
  const kinds = frame.columns.slice(-expected.length).map((name) => frame.column(name).kind);
  if (kinds.join(", ") !== expected.join(", ")) return `types ${kinds.join(", ")}, upstream ${expected.join(", ")}`;
  return md5(Buffer.from(toCsv(frame))) === vector.output_md5 ? undefined : "the text differs";
}

export const csvBlocks: PrimitiveKind<CsvBlockVector> = {
  name: ({ rows }) => `csv in blocks: ${rows} rows`,
  problem: csvBlocksProblem,
};

/** 34 columns of numbers, then six whose type changes at row 16384 or 20000. */
function blockInput(rows: number): string {
  const plain = Array.from({ length: 34 }, (_, column) => column);
  const lines = [[...plain.map((column) => `p${column}`), "a", "b", "c", "d", "e", "f"].join(",")];
  for (let row = 0; row < rows; row++) {
    const early = row < 16_384;
    const changing = [
      row < 20_000 ? `0${row}` : `x${row}`,
      early ? row : `${row}.5`,
      early ? "True" : row,
      early ? "" : row,
      early ? `00${row}` : "a",
      early ? row : "",
    ];
    lines.push([...plain.map((column) => (row * (column + 1)) % 1000), ...changing].join(","));
  }
  return `${lines.join("\n")}\n`;
}
