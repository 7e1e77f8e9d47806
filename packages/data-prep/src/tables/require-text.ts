import type { DataFrame } from "@mlebench/frame";
import { RawDataError } from "../errors.js";

/**
 * Checks that every cell of a column is text, where upstream does with it what Python does with text only (joins it to a
 * path or to other text).
 * @param file the raw table's name, for the message.
 * @throws RawDataError with the first cell that is none.
 */
export function requireText(table: DataFrame, name: string, file: string): void {
  const column = table.column(name);
  const row = Array.from({ length: table.height }, (_, index) => index).find(
    (index) => typeof column.get(index) !== "string",
  );
  if (row === undefined) return;
  const found = column.isMissing(row)
    ? "no value"
    : `the ${column.kind === "bool" ? "boolean" : "number"} ${column.text(row)}`;
  throw new RawDataError(`${file} has ${found} in row ${row + 1} of ${name}, where text is expected.`);
}
