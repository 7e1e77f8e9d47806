import { MetricError } from "../errors.js";
import { tiedScores } from "./checks.js";

/** Points of a ROC curve from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRates: Float64Array;
  readonly truePositiveRates: Float64Array;
}

/**
 * ROC curve of scores against binary labels: one point per distinct score, from the highest down, after (0, 0).
 * @param labels 0 or 1, length n.
 * @param scores finite numbers, length n; higher means more likely 1.
 * @throws MetricError `METRIC_ONE_CLASS`, `METRIC_NOT_FINITE`, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `roc_curve` with drop_intermediate=False
 */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const hits = [0];
  const alarms = [0];
  for (const tied of tiedScores(labels, scores)) {
    hits.push(hits.at(-1)! + tied.positives);
    alarms.push(alarms.at(-1)! + tied.negatives);
  }
  const positives = hits.at(-1)!;
  const negatives = alarms.at(-1)!;
  if (positives === 0 || negatives === 0) {
    throw new MetricError("METRIC_ONE_CLASS", "The true labels are all equal, so there is no ROC curve.");
  }
  return {
    falsePositiveRates: Float64Array.from(alarms, (count) => count / negatives),
    truePositiveRates: Float64Array.from(hits, (count) => count / positives),
  };
}
