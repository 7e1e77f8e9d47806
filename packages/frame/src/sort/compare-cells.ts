import { type Cell, cellText } from "../column.js";
import { ComparisonError } from "../errors.js";

/** Order of strings by code point, as Python has it; JavaScript's `<` goes by UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    let left = a.charCodeAt(index);
    let right = b.charCodeAt(index);
    if (left === right) continue;
    // Surrogates stand for code points above all others.
    if (left >= 0xd800 && right >= 0xd800) {
      if (left <= 0xdfff) left += 0x10000;
      if (right <= 0xdfff) right += 0x10000;
    }
    return left - right;
  }
  return a.length - b.length;
}

/**
 * Python's order of two cells that are not missing: text by code point, numbers and booleans by value.
 * @throws ComparisonError for text against a number
 */
export function compareCells(a: Cell, b: Cell): number {
  if (typeof a === "string" && typeof b === "string") return compareCodePoints(a, b);
  if (typeof a === "string" || typeof b === "string" || a === null || b === null) {
    throw new ComparisonError(`${JSON.stringify(cellText(a))} and ${JSON.stringify(cellText(b))} have no order.`);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
