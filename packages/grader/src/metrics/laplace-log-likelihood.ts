import { requireSameLength } from "./checks.js";
import { pairwiseMean } from "./pairwise-sum.js";

/** Bounds of {@link laplaceLogLikelihood}. */
export interface LaplaceOptions {
  /** Smaller standard deviations count as this. */
  readonly leastDeviation: number;
  /** Larger errors count as this. */
  readonly mostError: number;
}

/**
 * Modified Laplace log likelihood of values predicted with a standard deviation: with s = max(deviation, leastDeviation)
 * and d = min(|truth - predicted|, mostError), the mean of -sqrt(2) d / s - ln(sqrt(2) s).
 * @param truth length n.
 * @param predicted length n.
 * @param deviations length n.
 * @returns at most -ln(sqrt(2) leastDeviation); NaN when a value is NaN, -Infinity for an infinite deviation.
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 */
export function laplaceLogLikelihood(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  deviations: ArrayLike<number>,
  { leastDeviation, mostError }: LaplaceOptions,
): number {
  requireSameLength(truth, predicted);
  requireSameLength(truth, deviations);
  return pairwiseMean(
    Float64Array.from(truth, (value, row) => {
      const deviation = Math.max(deviations[row]!, leastDeviation);
      const error = Math.min(Math.abs(value - predicted[row]!), mostError);
      return (-Math.SQRT2 * error) / deviation - Math.log(Math.SQRT2 * deviation);
    }),
  );
}
