import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cell, Column, sortOrder } from "../index.js";

/** Few distinct keys, so that many are equal. The order of equal ones is checked against numpy's in the conformance package. */
const keys = fc.oneof(
  fc.array(fc.option(fc.integer({ min: -3, max: 3 })), { maxLength: 200 }),
  fc.array(fc.option(fc.constantFrom("a", "b", "ab", "", "é", "😀", "\uffff")), { maxLength: 200 }),
);

describe("the order of one key", () => {
  it("has every row once, smaller keys first, text by code point, missing ones last in their order", () => {
    fc.assert(
      fc.property(keys, (cells: readonly Cell[]) => {
        const order = [...sortOrder([Column.from(cells)])];
        expect([...order].sort((a, b) => a - b)).toEqual(cells.map((_, row) => row));
        const sorted = order.map((row) => cells[row]!);
        const missing = cells.flatMap((cell, row) => (cell === null ? [row] : []));
        expect(order.slice(order.length - missing.length)).toEqual(missing);
        for (let at = 1; at < order.length - missing.length; at += 1) {
          const [left, right] = [sorted[at - 1]!, sorted[at]!];
          if (typeof left === "string") {
            expect(Buffer.compare(Buffer.from(left), Buffer.from(String(right)))).toBeLessThanOrEqual(0);
          } else expect(left <= right).toBe(true);
        }
      }),
    );
  });

  it("keeps equal keys of short columns as they are", () => {
    expect([...sortOrder([Column.from([1, 0, 1, 0, 1])])]).toEqual([1, 3, 0, 2, 4]);
  });
});
