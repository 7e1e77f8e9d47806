import { type Column, pySplit } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { shownCell } from "./shown-cell.js";

/**
 * The labels of every row of a column that holds lists separated by white space; a missing cell has none.
 * A column that was read as numbers or as True/False is no text to split and is refused, unless all of it is missing.
 */
export function labelSets(column: Column, name: string): string[][] {
  return Array.from({ length: column.length }, (_, row) => {
    const cell = column.get(row);
    if (cell === null) return [];
    if (typeof cell === "string") return pySplit(cell);
    throw new InvalidSubmissionError(
      `The column ${JSON.stringify(name)} must hold labels separated by blanks; row ${row + 1} was read as ${shownCell(column, row)}, which is no text.`,
    );
  });
}
