import { type Column, cellKey } from "./column.js";

/** A text that is equal for rows whose cells are equal in all columns. */
export function rowKey(columns: readonly Column[], row: number): string {
  let key = "";
  for (const column of columns) {
    const cell = cellKey(column.get(row));
    const text = String(cell);
    key += `${typeof cell === "string" ? "s" : cell === null ? "m" : "n"}${text.length}:${text}`;
  }
  return key;
}
