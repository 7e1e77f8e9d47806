import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averageRanks, pearson, spearman } from "./correlation.js";
import { quantile } from "./quantile.js";

describe("pearson", () => {
  it("agrees with numpy", () => {
    expect(pearson([3, 1, 4, 1, 5], [2.5, 1, 4.5, 0, 7])).toBeCloseTo(0.9711232450841949, 14);
  });

  it("is 1 for a rising line, however large or small the numbers", () => {
    for (const scale of [1e-170, 1, 1e200]) {
      expect(pearson([1, 2, 3], [1 * scale, 2 * scale, 3 * scale])).toBeCloseTo(1, 12);
      expect(pearson([1, 2, 3], [-1 * scale, -2 * scale, -3 * scale])).toBeCloseTo(-1, 12);
    }
  });

  it("is NaN for a constant side and refuses missing values", () => {
    expect(pearson([1, 2], [3, 3])).toBeNaN();
    expect(() => pearson([1, 2], [3, Number.NaN])).toThrow(expect.objectContaining({ code: "METRIC_NOT_FINITE" }));
  });

  it("does not change when a side is shifted or stretched", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 2,
    });
    fc.assert(
      fc.property(rows, (pairs) => {
        const x = pairs.map(([value]) => value);
        const y = pairs.map(([, value]) => value);
        const r = pearson(x, y);
        const moved = pearson(
          x.map((value) => 2 * value + 7),
          y,
        );
        if (Number.isNaN(r)) expect(moved).toBeNaN();
        else expect(moved).toBeCloseTo(r, 10);
      }),
    );
  });
});

describe("spearman", () => {
  it("agrees with scipy on ties", () => {
    expect(spearman([1, 2, 2, 3, 5], [2, 1, 4, 4, 9])).toBeCloseTo(0.7631578947368421, 14);
  });

  it("ranks infinities, and gives NaN for a missing value or a constant side", () => {
    expect(spearman([1, 2, 3], [Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY])).toBeCloseTo(1, 14);
    expect(spearman([1, 2], [1, Number.NaN])).toBeNaN();
    expect(spearman([1, 2], [1, 1])).toBeNaN();
  });

  it("ranks texts too", () => {
    expect([...averageRanks(["b", "a", "b", "c"])]).toEqual([2.5, 1, 2.5, 4]);
    expect([...averageRanks([0, -0, 1])]).toEqual([1.5, 1.5, 3]);
  });
});

describe("quantile", () => {
  it("agrees with numpy", () => {
    expect([0.5, 0.95, 0.1, 0, 1].map((q) => quantile([1, 5, 2, 9.5], q))).toEqual([3.5, 8.825, 1.3, 1, 9.5]);
    expect(quantile([0.1, 0.7, 0.3], 0.77)).toBe(0.516);
  });

  it("is NaN with a missing value and for nothing", () => {
    expect(quantile([1, Number.NaN], 0.5)).toBeNaN();
    expect(quantile([], 0.5)).toBeNaN();
  });
});
