import { requireSameLength } from "./checks.js";

/**
 * Share of positions where both lists hold the same value (`===`; NaN never matches).
 * @param truth length n > 0.
 * @param predicted length n.
 * @returns a number in [0, 1].
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `accuracy_score`; for single-label classes it equals micro-averaged F1
 */
export function accuracy<T>(truth: ArrayLike<T>, predicted: ArrayLike<T>): number {
  requireSameLength(truth, predicted);
  let equal = 0;
  for (let index = 0; index < truth.length; index++) if (truth[index] === predicted[index]) equal++;
  return equal / truth.length;
}
