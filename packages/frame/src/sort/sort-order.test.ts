import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Cell, Column, sortOrder } from "../index.js";

interface SortVector {
  readonly kind: string;
  readonly n: number;
  readonly keys: readonly Cell[];
  /** Long orders are given by their ends and the md5 of the numbers joined by commas. */
  readonly order: readonly number[] | { readonly head: readonly number[]; readonly md5: string };
}

const file = new URL("../../../conformance/kit/_primitives/sort.json", import.meta.url);

describe("one key sorts as numpy's default argsort", () => {
  for (const { kind, n, keys, order } of JSON.parse(readFileSync(file, "utf8")) as SortVector[]) {
    it(`for ${n} keys (${kind})`, () => {
      const found = [...sortOrder([Column.from(keys)])];
      if ("md5" in order) {
        expect(found.slice(0, order.head.length)).toEqual(order.head);
        expect(createHash("md5").update(found.join(",")).digest("hex")).toBe(order.md5);
      } else expect(found).toEqual(order);
    });
  }
});
