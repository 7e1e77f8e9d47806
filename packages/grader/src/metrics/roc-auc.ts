import { MetricError } from "../errors.js";
import { countPositives, requireSameLength, tiedScores } from "./checks.js";

/**
 * Area under the ROC curve of scores against binary labels: the share of (positive, negative) pairs in which the positive
 * has the higher score, ties counted half. Scores tie when they are exactly equal (0 and -0 too).
 * @param labels 0 or 1, length n.
 * @param scores any finite numbers, length n; higher means more likely 1.
 * @returns a number in [0, 1].
 * @throws MetricError `METRIC_ONE_CLASS` when all labels are equal, `METRIC_NOT_FINITE` for NaN and infinities,
 * `METRIC_DOMAIN` for a label that is neither 0 nor 1, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `roc_auc_score`
 */
export function rocAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const groups = tiedScores(labels, scores);
  const positives = countPositives(labels);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new MetricError("METRIC_ONE_CLASS", "The true labels are all equal, so there is no ROC curve.");
  }
  // Counted in half pairs, so that the count stays a whole number.
  let halfPairs = 0;
  let positivesAbove = 0;
  for (const tied of groups) {
    halfPairs += tied.negatives * (2 * positivesAbove + tied.positives);
    positivesAbove += tied.positives;
  }
  return halfPairs / 2 / positives / negatives;
}

/**
 * Plain mean of {@link rocAuc} over columns.
 * @param labels one list of 0 and 1 per column.
 * @param scores one list per column, in the same order.
 * @throws MetricError as {@link rocAuc}, for any of the columns.
 */
export function meanColumnRocAuc(labels: readonly ArrayLike<number>[], scores: readonly ArrayLike<number>[]): number {
  requireSameLength(labels, scores);
  return labels.reduce((sum, column, index) => sum + rocAuc(column, scores[index]!), 0) / labels.length;
}
