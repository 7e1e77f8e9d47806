import type { Column } from "../column.js";
import { compareCells } from "./compare-cells.js";
import { type Less, numpyArgsort } from "./numpy-argsort.js";

/** How rows are ordered. */
export interface SortOptions {
  /**
   * `"quicksort"` is pandas' default for one key: equal keys end up where numpy's unstable sort leaves them. Several keys
   * are always sorted stably. @default "quicksort"
   */
  readonly kind?: "quicksort" | "stable";
  /** Per key, or one for all. @default true */
  readonly ascending?: boolean | readonly boolean[];
  /** Where missing keys go; they keep their order. @default "last" */
  readonly missing?: "first" | "last";
}

/** Row numbers in the order of pandas' `sort_values` over the keys. */
export function sortOrder(keys: readonly Column[], options: SortOptions = {}): Int32Array {
  const { kind = "quicksort", ascending = true, missing = "last" } = options;
  const directions = keys.map((_, index) => (typeof ascending === "boolean" ? ascending : (ascending[index] ?? true)));
  const [only] = keys;
  if (only === undefined) return new Int32Array(0);
  if (keys.length > 1) return stableOrder(keys, directions, missing);
  const present: number[] = [];
  const absent: number[] = [];
  for (let row = 0; row < only.length; row += 1) (only.isMissing(row) ? absent : present).push(row);
  const up = directions[0]!;
  // pandas sorts downwards by sorting the reversed rows upwards and reversing the result.
  const rows = Int32Array.from(up ? present : present.reverse());
  if (kind === "quicksort") numpyArgsort(rows, lessOf(only));
  else {
    const compare = comparatorOf(only);
    rows.sort(compare);
  }
  if (!up) rows.reverse();
  return missing === "last" ? Int32Array.from([...rows, ...absent]) : Int32Array.from([...absent, ...rows]);
}

function stableOrder(keys: readonly Column[], directions: readonly boolean[], missing: "first" | "last"): Int32Array {
  const compares = keys.map((key, index) => {
    const compare = comparatorOf(key);
    const sign = directions[index] ? 1 : -1;
    const missingSign = missing === "last" ? 1 : -1;
    return (a: number, b: number) => {
      const left = key.isMissing(a);
      const right = key.isMissing(b);
      if (left || right) return left === right ? 0 : left ? missingSign : -missingSign;
      return sign * compare(a, b);
    };
  });
  return Int32Array.from({ length: keys[0]!.length }, (_, row) => row).sort((a, b) => {
    for (const compare of compares) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function lessOf(column: Column): Less {
  const { data } = column;
  if (data instanceof Float64Array) return (a, b) => data[a]! < data[b]!;
  const compare = comparatorOf(column);
  return (a, b) => compare(a, b) < 0;
}

function comparatorOf(column: Column): (a: number, b: number) => number {
  const { data } = column;
  if (Array.isArray(data)) return (a, b) => compareCells(data[a], data[b]);
  if (data instanceof Float64Array || data instanceof Uint8Array) return (a, b) => data[a]! - data[b]!;
  return (a, b) => compareCells(column.get(a), column.get(b));
}
