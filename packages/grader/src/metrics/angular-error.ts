import { requireSameLength } from "./checks.js";
import { pairwiseMean } from "./pairwise-sum.js";

/** Directions on the sphere, in radians. */
export interface Directions {
  readonly azimuth: ArrayLike<number>;
  readonly zenith: ArrayLike<number>;
}

/**
 * Mean angle between true and predicted directions, in radians: the arc cosine of the scalar product of the unit vectors,
 * the product cut to [-1, 1].
 * @param truth length n > 0.
 * @param predicted length n; any finite angles.
 * @returns a number in [0, pi]. Equal directions may give 1e-8 instead of 0: the arc cosine near one is that steep.
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 */
export function meanAngularError(truth: Directions, predicted: Directions): number {
  requireSameLength(truth.azimuth, predicted.azimuth);
  const errors = new Float64Array(truth.azimuth.length);
  for (let row = 0; row < errors.length; row++) {
    const a1 = truth.azimuth[row]!;
    const z1 = truth.zenith[row]!;
    const a2 = predicted.azimuth[row]!;
    const z2 = predicted.zenith[row]!;
    const horizontal = Math.cos(a1) * Math.cos(a2) + Math.sin(a1) * Math.sin(a2);
    const product = Math.sin(z1) * Math.sin(z2) * horizontal + Math.cos(z1) * Math.cos(z2);
    errors[row] = Math.abs(Math.acos(Math.min(1, Math.max(-1, product))));
  }
  return pairwiseMean(errors);
}
