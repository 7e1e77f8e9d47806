import type { Column } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { shownCell } from "./shown-cell.js";

/**
 * The cells of a column that must hold text, null where missing. A column that was read as numbers or as True/False is
 * refused, unless all of it is missing.
 */
export function textsOrMissing(column: Column, name: string): (string | null)[] {
  return Array.from({ length: column.length }, (_, row) => {
    const cell = column.get(row);
    if (cell === null || typeof cell === "string") return cell;
    throw new InvalidSubmissionError(
      `The column ${JSON.stringify(name)} must hold text; row ${row + 1} was read as ${shownCell(column, row)}, which is none.`,
    );
  });
}
