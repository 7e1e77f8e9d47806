import { requireFinite, requireSameLength } from "./checks.js";

/**
 * Label-weighted label-ranking average precision: for each true label of a row, the share of true labels among those
 * scored at least as high; the mean over the true labels is the row's value; rows weigh as many as they have true labels.
 * Rows without a true label have no weight; a row where every label is true has the value 1.
 * @param truth per row, 0 or 1 for each label.
 * @param scores per row, one finite number for each label.
 * @returns a number in (0, 1]; NaN when no row has a true label.
 * @throws MetricError `METRIC_NOT_FINITE`, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `label_ranking_average_precision_score` with sample_weight = number of true labels
 */
export function labelWeightedRankingPrecision(
  truth: readonly ArrayLike<number>[],
  scores: readonly ArrayLike<number>[],
): number {
  requireSameLength(truth, scores);
  let sum = 0;
  let weight = 0;
  truth.forEach((labels, row) => {
    const rowScores = scores[row]!;
    requireSameLength(labels, rowScores);
    requireFinite(rowScores, "The scores");
    const right = Array.from(labels).flatMap((label, index) => (label === 1 ? [index] : []));
    for (const label of right) sum += precisionAt(rowScores[label]!, rowScores, right);
    weight += right.length;
  });
  return sum / weight;
}

function precisionAt(score: number, scores: ArrayLike<number>, right: readonly number[]): number {
  let rank = 0;
  for (let index = 0; index < scores.length; index++) if (scores[index]! >= score) rank++;
  return right.filter((label) => scores[label]! >= score).length / rank;
}
