import { type Cell, Column } from "./column.js";
import { DataFrame } from "./data-frame.js";
import { rowKey } from "./row-key.js";

/** How two tables are joined. */
export interface MergeOptions {
  /** Key columns, of the same names in both tables. */
  readonly on: string | readonly string[];
  /** `"inner"`: rows with a partner; `"left"`: all rows of the left table. @default "inner" */
  readonly how?: "inner" | "left";
  /** Put behind names that both tables have besides the keys. @default { left: "_x", right: "_y" } */
  readonly suffixes?: { readonly left: string; readonly right: string };
}

/**
 * pandas' `merge`: the left rows in their order, each once per matching right row; missing keys match missing ones.
 * Rows are labelled 0, 1, 2, ...; integers of the right table become floats where a left row has no partner.
 */
export function merge(left: DataFrame, right: DataFrame, options: MergeOptions): DataFrame {
  const { how = "inner", suffixes = { left: "_x", right: "_y" } } = options;
  const keys = typeof options.on === "string" ? [options.on] : options.on;
  const leftKeys = keys.map((name) => left.column(name));
  const rightKeys = keys.map((name) => right.column(name));
  const partners = new Map<string, number[]>();
  for (let row = 0; row < right.height; row += 1) {
    const key = rowKey(rightKeys, row);
    const rows = partners.get(key);
    if (rows) rows.push(row);
    else partners.set(key, [row]);
  }
  const leftRows: number[] = [];
  const rightRows: number[] = [];
  for (let row = 0; row < left.height; row += 1) {
    const matches = partners.get(rowKey(leftKeys, row)) ?? (how === "left" ? [-1] : []);
    for (const match of matches) {
      leftRows.push(row);
      rightRows.push(match);
    }
  }
  const shared = left.columns.filter((name) => right.has(name) && !keys.includes(name));
  const columns: (readonly [string, Column])[] = left.columns.map((name) => [
    shared.includes(name) ? name + suffixes.left : name,
    left.column(name).take(leftRows),
  ]);
  for (const name of right.columns) {
    if (keys.includes(name)) continue;
    columns.push([shared.includes(name) ? name + suffixes.right : name, takeOrMissing(right.column(name), rightRows)]);
  }
  return new DataFrame(columns, { height: leftRows.length });
}

function takeOrMissing(column: Column, rows: readonly number[]): Column {
  if (!rows.includes(-1)) return column.take(rows);
  if (column.kind === "object" || column.kind === "bool") {
    return Column.object(rows.map((row): Cell => (row < 0 ? null : column.get(row))));
  }
  const numbers = column.numbers();
  return Column.float64(Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : numbers[row]!)));
}
