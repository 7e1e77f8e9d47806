import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanAngularError } from "./angular-error.js";
import { greatCircleDistance } from "./great-circle-distance.js";
import { directedHausdorffDistance, hausdorffDistance } from "./hausdorff-distance.js";

const angle = fc.double({ min: -7, max: 7, noNaN: true });

describe("meanAngularError", () => {
  const one = (azimuth: number, zenith: number) => ({ azimuth: [azimuth], zenith: [zenith] });

  it("is 0 for equal, pi for opposite and a right angle for perpendicular directions", () => {
    expect(meanAngularError(one(1, 2), one(1, 2))).toBeCloseTo(0, 7);
    expect(meanAngularError(one(0, 0), one(3, Math.PI))).toBeCloseTo(Math.PI, 7);
    expect(meanAngularError(one(0, Math.PI / 2), one(Math.PI / 2, Math.PI / 2))).toBeCloseTo(Math.PI / 2, 12);
  });

  it("is symmetric, and full turns change nothing", () => {
    fc.assert(
      fc.property(angle, angle, angle, angle, (a1, z1, a2, z2) => {
        const error = meanAngularError(one(a1, z1), one(a2, z2));
        expect(error).toBeCloseTo(meanAngularError(one(a2, z2), one(a1, z1)), 6);
        expect(error).toBeCloseTo(meanAngularError(one(a1 + 2 * Math.PI, z1), one(a2, z2)), 6);
        expect(error).toBeGreaterThanOrEqual(0);
        expect(error).toBeLessThanOrEqual(Math.PI);
      }),
    );
  });

  it("takes the mean", () => {
    const truth = { azimuth: [0, 0], zenith: [0, 0] };
    expect(meanAngularError(truth, { azimuth: [0, 0], zenith: [0, 1] })).toBeCloseTo(0.5, 12);
    expect(() => meanAngularError(truth, one(0, 0))).toThrow(expect.objectContaining({ code: "METRIC_LENGTH" }));
  });
});

describe("greatCircleDistance", () => {
  it("is a quarter of the circumference from the pole to the equator", () => {
    const pole = { latitude: Math.PI / 2, longitude: 0 };
    expect(greatCircleDistance(pole, { latitude: 0, longitude: 1 })).toBeCloseTo((6_371_000 * Math.PI) / 2, 4);
  });

  it("is 0 to the place itself and NaN to nowhere", () => {
    expect(greatCircleDistance({ latitude: 1, longitude: 2 }, { latitude: 1, longitude: 2 })).toBe(0);
    expect(greatCircleDistance({ latitude: Number.NaN, longitude: 2 }, { latitude: 1, longitude: 2 })).toBeNaN();
  });
});

describe("hausdorffDistance", () => {
  it("is the farthest of the nearest", () => {
    const a = [
      [0, 0],
      [1, 0],
    ];
    const b = [
      [0, 0],
      [5, 0],
    ];
    expect(directedHausdorffDistance(a, b)).toBe(1);
    expect(directedHausdorffDistance(b, a)).toBe(4);
    expect(hausdorffDistance(a, b)).toBe(4);
  });

  it("has conventions for nothing", () => {
    expect(directedHausdorffDistance([], [[0]])).toBe(0);
    expect(directedHausdorffDistance([[0]], [])).toBe(Number.POSITIVE_INFINITY);
  });

  it("agrees with comparing everything", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(points, points, (a, b) => {
        const slow = Math.max(...a.map((p) => Math.min(...b.map((q) => Math.hypot(p[0] - q[0], p[1] - q[1])))));
        expect(directedHausdorffDistance(a, b)).toBeCloseTo(slow, 12);
      }),
    );
  });
});
