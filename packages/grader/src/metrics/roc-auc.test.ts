import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MetricError } from "../errors.js";
import { meanColumnRocAuc, rocAuc } from "./roc-auc.js";

const labelled = fc
  .array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 0.25, 0.5, 0.75, 1)), { minLength: 2, maxLength: 60 })
  .filter((rows) => new Set(rows.map(([label]) => label)).size === 2);

describe("rocAuc", () => {
  it("agrees with scikit-learn on ties", () => {
    expect(rocAuc([0, 1, 1, 0, 1, 0, 0, 1], [0.1, 0.4, 0.35, 0.8, 0.35, 0.35, 0.2, 0.9])).toBe(0.75);
  });

  it("is 1, 0 and a half for perfect, inverted and constant scores", () => {
    expect(rocAuc([0, 0, 1], [1, 2, 3])).toBe(1);
    expect(rocAuc([1, 1, 0], [1, 2, 3])).toBe(0);
    expect(rocAuc([0, 1, 0], [7, 7, 7])).toBe(0.5);
  });

  it("tells apart neighbouring doubles and ties 0 with -0", () => {
    expect(rocAuc([0, 1], [1, 1 + 2 ** -52])).toBe(1);
    expect(rocAuc([0, 1], [0, -0])).toBe(0.5);
  });

  it("equals the share of pairs in order", () => {
    fc.assert(
      fc.property(labelled, (rows) => {
        const positives = rows.filter(([label]) => label === 1);
        const negatives = rows.filter(([label]) => label === 0);
        let won = 0;
        for (const [, high] of positives)
          for (const [, low] of negatives) won += high > low ? 1 : high === low ? 0.5 : 0;
        const labels = rows.map(([label]) => label);
        const scores = rows.map(([, score]) => score);
        expect(rocAuc(labels, scores)).toBeCloseTo(won / positives.length / negatives.length, 12);
      }),
    );
  });

  it("refuses one class, missing and infinite scores, other labels and unequal lengths", () => {
    expect(() => rocAuc([1, 1], [0, 1])).toThrow(expect.objectContaining({ code: "METRIC_ONE_CLASS" }));
    expect(() => rocAuc([0, 1], [0, Number.NaN])).toThrow(expect.objectContaining({ code: "METRIC_NOT_FINITE" }));
    expect(() => rocAuc([0, 1], [0, Number.POSITIVE_INFINITY])).toThrow(MetricError);
    expect(() => rocAuc([0, 2], [0, 1])).toThrow(expect.objectContaining({ code: "METRIC_DOMAIN" }));
    expect(() => rocAuc([0, 1], [0])).toThrow(expect.objectContaining({ code: "METRIC_LENGTH" }));
    expect(() => rocAuc([], [])).toThrow(expect.objectContaining({ code: "METRIC_EMPTY" }));
  });

  it("averages over columns", () => {
    expect(
      meanColumnRocAuc(
        [
          [0, 1],
          [0, 1],
        ],
        [
          [0, 1],
          [1, 1],
        ],
      ),
    ).toBe(0.75);
  });
});
