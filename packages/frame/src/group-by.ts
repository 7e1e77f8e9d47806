import type { Cell, Column } from "./column.js";
import { rowKey } from "./row-key.js";
import { compareCells } from "./sort/compare-cells.js";

/** How rows are grouped. */
export interface GroupByOptions {
  /** Order the groups by their keys; else by first appearance. @default true */
  readonly sort?: boolean;
}

/** Rows that share their keys. */
export interface Group {
  readonly keys: readonly Exclude<Cell, null>[];
  /** Row numbers in their order. */
  readonly rows: readonly number[];
}

/** Groups rows by the cells of the key columns. */
export function groupRows(columns: readonly Column[], options: GroupByOptions = {}): Group[] {
  const groups = new Map<string, { keys: Exclude<Cell, null>[]; rows: number[] }>();
  const height = columns[0]?.length ?? 0;
  for (let row = 0; row < height; row += 1) {
    if (columns.some((column) => column.isMissing(row))) continue;
    const key = rowKey(columns, row);
    const group = groups.get(key);
    if (group) group.rows.push(row);
    else groups.set(key, { keys: columns.map((column) => column.get(row) as Exclude<Cell, null>), rows: [row] });
  }
  const found = [...groups.values()];
  if (options.sort === false) return found;
  return found.sort((a, b) => {
    for (const [level, key] of a.keys.entries()) {
      const order = compareCells(key, b.keys[level]!);
      if (order !== 0) return order;
    }
    return 0;
  });
}
