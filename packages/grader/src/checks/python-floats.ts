import { type Column, parsePyFloat } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { shownCell } from "./shown-cell.js";

/**
 * A column as doubles, NaN where missing, as numpy's `astype(float)` makes them: one cell of text makes a whole column
 * text, and then every cell goes through Python's `float()`.
 */
export function pythonFloats(column: Column, name: string): Float64Array {
  if (column.isNumeric) return column.numbers();
  return Float64Array.from({ length: column.length }, (_, row) => {
    const cell = column.get(row);
    const value = typeof cell === "string" ? parsePyFloat(cell) : cell === null ? Number.NaN : Number(cell);
    if (value !== undefined) return value;
    throw new InvalidSubmissionError(
      `The column ${JSON.stringify(name)} must hold numbers; row ${row + 1} has ${shownCell(column, row)}.`,
    );
  });
}
