import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { laplaceLogLikelihood } from "./laplace-log-likelihood.js";
import { probabilisticF1 } from "./probabilistic-f1.js";
import { rocAuc } from "./roc-auc.js";
import { rocCurve } from "./roc-curve.js";

describe("probabilisticF1", () => {
  it("is F1 for certain predictions", () => {
    expect(probabilisticF1([1, 1, 0, 0], [1, 0, 1, 0])).toBe(0.5);
    expect(probabilisticF1([1, 0], [1, 0])).toBe(1);
  });

  it("cuts probabilities, and is 0 for none and for NaN", () => {
    expect(probabilisticF1([1, 0], [7, -3])).toBe(1);
    expect(probabilisticF1([1, 0], [0, 0])).toBe(0);
    expect(probabilisticF1([1, 0], [Number.NaN, 0])).toBe(0);
    expect(() => probabilisticF1([0, 0], [1, 0])).toThrow(expect.objectContaining({ code: "METRIC_ONE_CLASS" }));
  });
});

describe("laplaceLogLikelihood", () => {
  const bounds = { leastDeviation: 70, mostError: 1000 };

  it("is best for an exact value with the least deviation", () => {
    const best = -Math.log(Math.SQRT2 * 70);
    expect(laplaceLogLikelihood([2000], [2000], [0], bounds)).toBe(best);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5000, noNaN: true }),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (value, deviation) => {
          expect(laplaceLogLikelihood([2000], [value], [deviation], bounds)).toBeLessThanOrEqual(best);
        },
      ),
    );
  });

  it("bounds errors, and carries NaN and infinite deviations through", () => {
    const far = laplaceLogLikelihood([0], [1000], [100], bounds);
    expect(laplaceLogLikelihood([0], [Number.POSITIVE_INFINITY], [100], bounds)).toBe(far);
    expect(laplaceLogLikelihood([0], [Number.NaN], [100], bounds)).toBeNaN();
    expect(laplaceLogLikelihood([0], [0], [Number.POSITIVE_INFINITY], bounds)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("rocCurve", () => {
  const labels = [0, 1, 1, 0, 1, 0];

  it("has one point per distinct score", () => {
    const { falsePositiveRates, truePositiveRates } = rocCurve(labels, [0.1, 0.9, 0.5, 0.5, 0.2, 0.1]);
    expect([...falsePositiveRates]).toEqual([0, 0, 1 / 3, 1 / 3, 1]);
    expect([...truePositiveRates]).toEqual([0, 1 / 3, 2 / 3, 1, 1]);
  });

  it("encloses the area that rocAuc gives", () => {
    const scores = fc.array(fc.constantFrom(0, 0.3, 0.5, 1), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(scores, (values) => {
        const { falsePositiveRates: x, truePositiveRates: y } = rocCurve(labels, values);
        let area = 0;
        for (let i = 1; i < x.length; i++) area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
        expect(area).toBeCloseTo(rocAuc(labels, values), 12);
      }),
    );
  });

  it("refuses one class", () => {
    expect(() => rocCurve([1, 1], [0, 1])).toThrow(expect.objectContaining({ code: "METRIC_ONE_CLASS" }));
  });
});
