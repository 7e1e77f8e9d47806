import { type DataFrame, parsePyFloat } from "@mlebench/frame";
import { RawDataError } from "../errors.js";

/** Where a table comes from, for messages. */
export interface TablePlace {
  /** The raw file. */
  readonly file: string;
  /** Rows of the file before the table's first. @default 0 */
  readonly rowsBefore?: number;
}

/**
 * The cells of a column as doubles, NaN where missing.
 * @throws RawDataError with the value and the row that make the column text, not the first row of it.
 */
export function numberCells(table: DataFrame, name: string, { file, rowsBefore = 0 }: TablePlace): Float64Array {
  const column = table.column(name);
  if (column.isNumeric) return column.numbers();
  const texts = Array.from({ length: column.length }, (_, row) => column.get(row));
  const isText = (cell: unknown): cell is string => typeof cell === "string";
  const broken = texts.findIndex((cell) => isText(cell) && parsePyFloat(cell) === undefined);
  // One odd cell makes the whole column text; its block may hold none, and then every number of it is text.
  const row = broken >= 0 ? broken : texts.findIndex(isText);
  if (row < 0) return column.numbers();
  throw new RawDataError(
    `${file} has ${JSON.stringify(column.text(row))} in row ${rowsBefore + row + 1} of ${name}, where a number is expected.`,
    "Check that the download is complete: a line break without quotes around it is the usual reason.",
  );
}
