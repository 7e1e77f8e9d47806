import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy } from "./accuracy.js";
import { fBeta, macroF1, microF1OfSets } from "./f-score.js";
import { matthewsCorrelation } from "./matthews-correlation.js";
import { quadraticWeightedKappa } from "./quadratic-weighted-kappa.js";

const a = [0, 1, 2, 2, 4, 4, 1];
const b = [0, 2, 2, 1, 4, 1, 1];
const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
  minLength: 1,
  maxLength: 60,
});

describe("metrics of single labels", () => {
  it("agree with scikit-learn", () => {
    expect(accuracy(a, b)).toBe(4 / 7);
    expect(macroF1(a, b)).toBeCloseTo(0.6416666666666666, 15);
    expect(matthewsCorrelation(a, b)).toBeCloseTo(0.4287464628562721, 15);
    expect(matthewsCorrelation([1, 0, 1, 1], [1, 0, 0, 1])).toBeCloseTo(0.5773502691896258, 15);
    expect(quadraticWeightedKappa(a, b)).toBe(0.5625);
  });

  it("are 1 for the truth itself and symmetric where they should be", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const truth = rows.map(([label]) => label);
        const other = rows.map(([, label]) => label);
        expect(accuracy(truth, truth)).toBe(1);
        expect(macroF1(truth, truth)).toBe(1);
        expect(matthewsCorrelation(truth, other)).toBeCloseTo(matthewsCorrelation(other, truth), 12);
        const kappa = quadraticWeightedKappa(truth, other);
        if (Number.isNaN(kappa)) expect(new Set([...truth, ...other]).size).toBe(1);
        else expect(kappa).toBeCloseTo(quadraticWeightedKappa(other, truth), 12);
      }),
    );
  });

  it("give a predicted label that is never true a zero in macro F1", () => {
    expect(macroF1(["a", "a"], ["a", "b"])).toBeCloseTo((2 / 3 + 0) / 2, 15);
  });

  it("compare kappa's labels by rank, not value", () => {
    expect(quadraticWeightedKappa([0, 1, 4], [1, 1, 99])).toBe(quadraticWeightedKappa([0, 1, 2], [1, 1, 3]));
    expect(quadraticWeightedKappa([0, 1, 2], [1, 1, 1])).toBe(0);
    expect(quadraticWeightedKappa([3, 3], [3, 3])).toBeNaN();
  });

  it("refuse nothing and unequal lengths", () => {
    for (const metric of [accuracy, macroF1, matthewsCorrelation, quadraticWeightedKappa]) {
      expect(() => metric([], [])).toThrow(expect.objectContaining({ code: "METRIC_EMPTY" }));
      expect(() => metric([1], [1, 2])).toThrow(expect.objectContaining({ code: "METRIC_LENGTH" }));
    }
    expect(matthewsCorrelation([1, 0], [1, 1])).toBe(0);
  });
});

describe("fBeta", () => {
  it("agrees with scikit-learn", () => {
    expect(fBeta({ truePositives: 2, falsePositives: 1, falseNegatives: 1 }, 0.5)).toBeCloseTo(0.6666666666666666, 15);
    expect(fBeta({ truePositives: 0, falsePositives: 0, falseNegatives: 0 })).toBe(0);
  });
});

describe("microF1OfSets", () => {
  it("agrees with scikit-learn and ignores labels that the truth does not know", () => {
    expect(microF1OfSets([["a", "b"], ["c"], []], [["a", "z"], ["c", "b", "c"], ["a"]])).toBeCloseTo(4 / 7, 15);
    expect(microF1OfSets([["a"]], [["z"]])).toBe(0);
    expect(microF1OfSets([[]], [[]])).toBe(0);
  });
});
