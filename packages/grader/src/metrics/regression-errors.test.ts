import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanAbsoluteError, meanColumnRmse, meanSquaredError, rmse, rmsle } from "./regression-errors.js";

const truth = [3, 1, 4, 1, 5];
const predicted = [2.5, 1, 4.5, 0, 7];
const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("errors of regressions", () => {
  it("agree with scikit-learn", () => {
    expect(meanAbsoluteError(truth, predicted)).toBe(0.8);
    expect(meanSquaredError(truth, predicted)).toBe(1.1);
    expect(rmse(truth, predicted)).toBe(1.0488088481701516);
    expect(rmsle(truth, predicted)).toBeCloseTo(0.3435487307264954, 15);
    expect(meanColumnRmse([truth, [0]], [predicted, [2]])).toBe((1.0488088481701516 + 2) / 2);
  });

  it("are 0 for the truth itself, and never negative", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        expect(rmse(values, values)).toBe(0);
        expect(meanAbsoluteError(values, values)).toBe(0);
        const other = values.map((value) => value + 1);
        expect(rmse(values, other)).toBeCloseTo(1, 9);
        expect(meanAbsoluteError(values, other)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("refuse missing and infinite values", () => {
    expect(() => rmse([1], [Number.NaN])).toThrow(expect.objectContaining({ code: "METRIC_NOT_FINITE" }));
    expect(() => meanAbsoluteError([1, 2], [1, Number.NEGATIVE_INFINITY])).toThrow(/row 2/);
    expect(() => rmse([1], [1, 2])).toThrow(expect.objectContaining({ code: "METRIC_LENGTH" }));
  });

  it("take no negative value into RMSLE, but -0", () => {
    expect(rmsle([0], [-0])).toBe(0);
    expect(() => rmsle([0], [-1e-300])).toThrow(expect.objectContaining({ code: "METRIC_DOMAIN" }));
    expect(() => rmsle([-1], [0])).toThrow(expect.objectContaining({ code: "METRIC_DOMAIN" }));
  });
});
