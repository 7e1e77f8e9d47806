import { type Cell, Column, cellKey, cellText } from "./column.js";
import type { DataFrame } from "./data-frame.js";
import { compareCells } from "./sort/compare-cells.js";

/** What {@link oneHot} takes. */
export interface OneHotOptions {
  /** Classes and their order. @default the distinct cells, sorted */
  readonly classes?: readonly Exclude<Cell, null>[];
  /** Kind of the new columns; pandas' `get_dummies` gives booleans. @default "int64" */
  readonly kind?: "int64" | "float64" | "bool";
  /** Put before each class to make a column's name. @default "" */
  readonly prefix?: string;
}

/** One column per class, 1 where the cell is that class: pandas' `get_dummies` of one column. */
export function oneHot(column: Column, options: OneHotOptions = {}): (readonly [string, Column])[] {
  const present = column.unique().filter((cell): cell is Exclude<Cell, null> => cell !== null);
  const classes = options.classes ?? present.sort(compareCells);
  const cells = column.cells().map(cellKey);
  return classes.map((value) => {
    const key = cellKey(value);
    const hits = Float64Array.from(cells, (cell) => (cell === key ? 1 : 0));
    const name = `${options.prefix ?? ""}${cellText(typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value)}`;
    if (options.kind === "bool") return [name, Column.bool(Uint8Array.from(hits))] as const;
    return [name, options.kind === "float64" ? Column.float64(hits) : Column.int64(hits)] as const;
  });
}

/** The table with {@link oneHot} columns in place of one column, put at the end. */
export function withOneHot(frame: DataFrame, name: string, options: OneHotOptions = {}): DataFrame {
  let result = frame.drop(name);
  for (const [own, column] of oneHot(frame.column(name), options)) result = result.withColumn(own, column);
  return result;
}
