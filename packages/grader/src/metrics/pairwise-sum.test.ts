import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairwiseMean, pairwiseSum } from "./pairwise-sum.js";

/** `np.sum(1 / np.arange(1, n + 1))` of numpy 1.26.4. */
const NUMPY_HARMONIC: ReadonlyMap<number, number> = new Map([
  [100, 5.187377517639621],
  [1000, 7.485470860550345],
  [12_345, 9.998262568361627],
]);

describe("pairwiseSum", () => {
  it.each([0, 1, 7, 8, 9, 127, 128, 129, 300, 1000, 4097])("adds %i whole numbers exactly", (count) => {
    expect(pairwiseSum(Array.from({ length: count }, (_, index) => index))).toBe(Math.abs((count * (count - 1)) / 2));
  });

  it("loses less than adding in order", () => {
    const tenths = new Float64Array(1_000_000).fill(0.1);
    expect(Math.abs(pairwiseSum(tenths) - 100_000)).toBeLessThan(1e-8);
    expect(Math.abs(tenths.reduce((sum, value) => sum + value, 0) - 100_000)).toBeGreaterThan(1e-7);
  });

  it("agrees with numpy bit for bit", () => {
    for (const [count, sum] of NUMPY_HARMONIC) {
      expect(pairwiseSum(Float64Array.from({ length: count }, (_, index) => 1 / (index + 1)))).toBe(sum);
    }
  });

  it("carries NaN through and has no mean of nothing", () => {
    expect(pairwiseSum([1, Number.NaN])).toBeNaN();
    expect(pairwiseMean([])).toBeNaN();
  });

  it("lies within the numbers when divided", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 500 }),
        (values) => {
          const mean = pairwiseMean(values);
          expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        },
      ),
    );
  });
});
