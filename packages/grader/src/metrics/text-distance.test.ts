import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jaccard } from "./jaccard.js";
import { codePoints, levenshtein } from "./levenshtein.js";

const distance = (a: string, b: string) => levenshtein(codePoints(a), codePoints(b));

describe("levenshtein", () => {
  it("counts inserted, deleted and replaced code points", () => {
    expect(distance("kitten", "sitting")).toBe(3);
    expect(distance("", "abc")).toBe(3);
    expect(distance("abc", "abc")).toBe(0);
    expect(distance("a\u{1f600}b", "ab")).toBe(1);
    expect(distance("flaw", "lawn")).toBe(2);
  });

  it("is a metric", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
        expect(distance(a, b) === 0).toBe(a === b);
        expect(distance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });

  it("takes sequences of anything", () => {
    expect(levenshtein(["x", "y"], ["y"])).toBe(1);
  });
});

describe("jaccard", () => {
  it("compares sets", () => {
    expect(jaccard(["a", "b", "b"], ["b", "c"])).toBe(1 / 3);
    expect(jaccard(["a"], [])).toBe(0);
    expect(jaccard([], [])).toBeNaN();
  });
});
