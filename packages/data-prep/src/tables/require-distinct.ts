import { type Cell, type Column, cellKey, type DataFrame } from "@mlebench/frame";
import { RawDataError } from "../errors.js";

const HINT = "Use the competition's own file; rows that were added or repeated cannot be prepared as upstream does.";

/**
 * Checks that no value of a column is repeated. With several columns, that no combination is.
 * @param file the raw table's name, for the message.
 * @throws RawDataError with the value and its rows.
 */
export function requireDistinct(table: DataFrame, column: string | readonly string[], file: string): void {
  const names = typeof column === "string" ? [column] : column;
  const columns = names.map((name) => table.column(name));
  const seen = new Map<Cell, number>();
  for (let row = 0; row < table.height; row++) {
    const key =
      columns.length === 1 ? cellKey(columns[0]!.get(row)) : JSON.stringify(columns.map((own) => own.text(row)));
    const before = seen.get(key);
    if (before !== undefined) {
      const value = columns.map((own) => own.text(row)).join(", ");
      throw new RawDataError(
        `${file} repeats ${names.join(", ")} ${JSON.stringify(value)}: ${rawRow(table, before)} and ${rawRow(table, row)}.`,
        HINT,
      );
    }
    seen.set(key, row);
  }
}

/**
 * Checks that the two parts of a split share no value of a column.
 * @param file the raw table's name, for the message.
 * @throws RawDataError with the value and its rows.
 */
export function requireDisjoint(train: DataFrame, test: DataFrame, column: string, file: string): void {
  const hidden = new Map<Cell, number>();
  const testColumn = test.column(column);
  for (let row = 0; row < test.height; row++) {
    if (canRepeat(testColumn, row)) hidden.set(cellKey(testColumn.get(row)), row);
  }
  const trainColumn = train.column(column);
  for (let row = 0; row < train.height; row++) {
    const other = hidden.get(cellKey(trainColumn.get(row)));
    if (other === undefined || !canRepeat(trainColumn, row)) continue;
    const value = JSON.stringify(trainColumn.text(row));
    throw new RawDataError(
      `${file} repeats ${column} ${value} so that it is in the train and in the test part: ${rawRow(train, row)} and ${rawRow(test, other)}.`,
      HINT,
    );
  }
}

/**
 * Checks that no text of a list is repeated.
 * @param what names the list's items, for the message: `the record_id of train_metadata.json`.
 * @throws RawDataError with the text.
 */
export function requireDistinctTexts(texts: Iterable<string>, what: string): void {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) throw new RawDataError(`${what} ${JSON.stringify(text)} is there more than once.`, HINT);
    seen.add(text);
  }
}

/** In a set of Python's, two missing numbers are not equal and two missing texts are. */
export function canRepeat(column: Column, row: number): boolean {
  return column.kind !== "float64" || !column.isMissing(row);
}

/** Rows of a part keep the number that they have in the raw table; people count from 1. */
function rawRow(table: DataFrame, row: number): string {
  return `row ${Number(table.indexLevels()[0]!.column.get(row)) + 1}`;
}
