import type { Column, DataFrame } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { shownCell } from "./shown-cell.js";

/**
 * The column must have been read as numbers or as True/False (which count as 1 and 0): one cell of text makes it text.
 * @returns its values as doubles, NaN where missing.
 */
export function requireNumeric(column: Column, name: string): Float64Array {
  if (column.isNumeric && column.length > 0) return column.numbers();
  const row = column.cells().findIndex((cell) => typeof cell !== "number" && typeof cell !== "bigint" && cell !== null);
  const culprit = row === -1 ? "" : `; row ${row + 1} has ${shownCell(column, row)}`;
  throw new InvalidSubmissionError(`The column ${JSON.stringify(name)} must hold numbers only${culprit}.`);
}

/** The smallest and largest value must lie in [0, 1]; missing values are skipped, infinities are caught. */
export function requireUnitInterval(values: ArrayLike<number>, name: string): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < 0 || value > 1) throw outside(name, value, row);
  }
}

/** Every value must be there and lie in [0, 1]. */
export function requireProbabilities(values: ArrayLike<number>, name: string): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!(value >= 0 && value <= 1)) throw outside(name, value, row);
  }
}

/** No value may be missing or infinite. */
export function requireFiniteValues(values: ArrayLike<number>, name: string): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isFinite(value)) continue;
    const what = Number.isNaN(value) ? "missing" : "infinite";
    throw new InvalidSubmissionError(`The column ${JSON.stringify(name)} has ${what} values, first in row ${row + 1}.`);
  }
}

/** How far the probabilities of a row may be from adding up to one. */
export interface RowSumOptions {
  /** @default 1.1e-5, numpy's isclose with atol 1e-6 and rtol 1e-5 */
  readonly tolerance?: number;
}

/**
 * The columns must be numbers that add up to one in every row (missing values are skipped in the sum), and then every
 * value must be there and lie in [0, 1]. All of them may be True/False, but not some beside numbers: numpy adds such a row
 * up as objects, which upstream then cannot compare with one.
 * @returns the columns as doubles, in the order of the names.
 */
export function requireProbabilityRows(
  submission: DataFrame,
  names: readonly string[],
  { tolerance = 1e-6 + 1e-5 }: RowSumOptions = {},
): Float64Array[] {
  const columns = names.map((name) => requireNumeric(submission.column(name), name));
  const booleans = names.filter((name) => submission.column(name).kind === "bool");
  if (booleans.length > 0 && booleans.length < names.length) {
    throw new InvalidSubmissionError(
      `The column ${JSON.stringify(booleans[0])} holds True and False where others hold numbers; write 1 and 0.`,
    );
  }
  for (let row = 0; row < submission.height; row++) {
    let sum = 0;
    for (const values of columns) if (!Number.isNaN(values[row]!)) sum += values[row]!;
    if (Math.abs(sum - 1) <= tolerance) continue;
    throw new InvalidSubmissionError(
      `The probabilities of a row must add up to 1; those of row ${row + 1} give ${sum}.`,
    );
  }
  for (const [index, name] of names.entries()) requireProbabilities(columns[index]!, name);
  return columns;
}

function outside(name: string, value: number, row: number): InvalidSubmissionError {
  const found = Number.isNaN(value) ? "a missing value" : String(value);
  return new InvalidSubmissionError(
    `The values of ${JSON.stringify(name)} must lie between 0 and 1; row ${row + 1} has ${found}.`,
  );
}
