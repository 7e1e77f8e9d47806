import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binaryLogLoss, logLoss } from "./log-loss.js";

describe("logLoss", () => {
  it("agrees with scikit-learn", () => {
    const columns = [
      [0.7, 0.1, 0, 0.3],
      [0.2, 0.6, 0, 0.3],
      [0.1, 0.3, 1, 0.4],
    ];
    expect(logLoss([0, 1, 2, 0], columns)).toBeCloseTo(0.5178683430076649, 15);
  });

  it("is epsilon for a perfect answer and 36.04 for a wrong one", () => {
    expect(
      logLoss(
        [0, 1],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toBe(2.2204460492503136e-16);
    expect(
      logLoss(
        [0, 1],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    ).toBe(36.04365338911715);
  });

  it("takes probabilities as they are, without renormalising", () => {
    expect(logLoss([0], [[0.5], [0]])).toBe(Math.LN2);
  });

  it("refuses what is no probability", () => {
    expect(() => logLoss([0], [[1.1]])).toThrow(expect.objectContaining({ code: "METRIC_DOMAIN" }));
    expect(() => logLoss([0], [[-0.1]])).toThrow(expect.objectContaining({ code: "METRIC_DOMAIN" }));
    expect(() => logLoss([0], [[Number.NaN]])).toThrow(expect.objectContaining({ code: "METRIC_NOT_FINITE" }));
    expect(() => logLoss([3], [[1]])).toThrow(expect.objectContaining({ code: "METRIC_DOMAIN" }));
  });
});

describe("binaryLogLoss", () => {
  it("agrees with scikit-learn", () => {
    expect(binaryLogLoss([0, 1, 1], [0.2, 0.9, 0.4])).toBeCloseTo(0.414931599615397, 15);
  });

  it("is least for the label's own frequency", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (guess) => {
        const labels = [0, 1, 1, 1];
        const loss = (p: number) =>
          binaryLogLoss(
            labels,
            labels.map(() => p),
          );
        expect(loss(guess)).toBeGreaterThanOrEqual(loss(0.75) - 1e-12);
      }),
    );
  });

  it("refuses labels that are all equal", () => {
    expect(() => binaryLogLoss([1, 1], [0.5, 0.5])).toThrow(expect.objectContaining({ code: "METRIC_ONE_CLASS" }));
    expect(() => binaryLogLoss([1], [0.5])).toThrow(expect.objectContaining({ code: "METRIC_ONE_CLASS" }));
  });
});
