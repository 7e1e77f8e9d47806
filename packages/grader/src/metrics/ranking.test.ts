import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision } from "./average-precision.js";
import { averagePrecisionAtK } from "./average-precision-at-k.js";
import { countInversions, kendallTau } from "./kendall-tau.js";
import { labelWeightedRankingPrecision } from "./label-ranking-average-precision.js";

describe("averagePrecision", () => {
  it("agrees with scikit-learn on ties", () => {
    expect(averagePrecision([0, 1, 1, 0, 1, 0, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.35, 0.35, 0.2, 0.9])).toBe(0.75);
  });

  it("is 1 for a perfect order and 0 without a positive", () => {
    expect(averagePrecision([0, 1, 1], [0, 1, 2])).toBe(1);
    expect(averagePrecision([0, 0], [0, 1])).toBe(0);
    expect(() => averagePrecision([0, 1], [0, Number.NaN])).toThrow();
  });
});

describe("averagePrecisionAtK", () => {
  it("is one over the rank of a single true item", () => {
    expect(averagePrecisionAtK(["x"], ["x", "y"], 5)).toBe(1);
    expect(averagePrecisionAtK(["x"], ["a", "b", "x"], 5)).toBe(1 / 3);
    expect(averagePrecisionAtK(["x"], ["a", "b", "c", "d", "e", "x"], 5)).toBe(0);
  });

  it("lets a repeated guess take up a rank but count once", () => {
    expect(averagePrecisionAtK(["x", "y"], ["x", "x", "y"], 12)).toBeCloseTo((1 + 2 / 3) / 2, 15);
  });

  it("divides by k when there are more true items", () => {
    expect(averagePrecisionAtK(["a", "b", "c"], ["a", "b"], 2)).toBe(1);
    expect(averagePrecisionAtK([], ["a"], 5)).toBe(0);
  });
});

describe("kendallTau", () => {
  it("is 1 in order and -1 reversed", () => {
    expect(
      kendallTau([
        [0, 1, 2, 3],
        [0, 1],
      ]),
    ).toBe(1);
    expect(kendallTau([[3, 2, 1, 0]])).toBe(-1);
    expect(kendallTau([[0]])).toBeNaN();
    expect(() => kendallTau([])).toThrow(expect.objectContaining({ code: "METRIC_EMPTY" }));
  });

  it("counts inversions as comparing all pairs does, leaving its input as it is", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), (values) => {
        const before = [...values];
        let slow = 0;
        for (let i = 0; i < values.length; i++)
          for (let j = i + 1; j < values.length; j++) slow += +(values[i]! > values[j]!);
        expect(countInversions(values)).toBe(slow);
        expect(values).toEqual(before);
      }),
    );
  });
});

describe("labelWeightedRankingPrecision", () => {
  it("agrees with scikit-learn", () => {
    const truth = [
      [1, 0, 1, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ];
    const scores = [
      [0.9, 0.8, 0.3, 0.3],
      [0.1, 0.5, 0.4, 0.4],
      [0.2, 0.1, 0.3, 0.4],
      [0.1, 0.2, 0.3, 0.4],
    ];
    expect(labelWeightedRankingPrecision(truth, scores)).toBeCloseTo(0.8333333333333333, 15);
  });
});
