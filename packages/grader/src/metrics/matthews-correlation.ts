import { requireSameLength } from "./checks.js";

/**
 * Matthews correlation coefficient of any number of classes: with n rows, c equal pairs, t_k true and p_k predicted rows
 * of class k, (c n - sum t_k p_k) / sqrt((n^2 - sum p_k^2)(n^2 - sum t_k^2)).
 * @param truth labels, length n > 0.
 * @param predicted labels, length n.
 * @returns a number in [-1, 1]; 0 when either side is constant.
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `matthews_corrcoef`
 */
export function matthewsCorrelation<T>(truth: ArrayLike<T>, predicted: ArrayLike<T>): number {
  requireSameLength(truth, predicted);
  const rows = truth.length;
  const truthCounts = new Map<T, number>();
  const predictedCounts = new Map<T, number>();
  let equal = 0;
  for (let index = 0; index < rows; index++) {
    const expected = truth[index]!;
    const found = predicted[index]!;
    truthCounts.set(expected, (truthCounts.get(expected) ?? 0) + 1);
    predictedCounts.set(found, (predictedCounts.get(found) ?? 0) + 1);
    if (expected === found) equal++;
  }
  let products = 0;
  for (const [label, count] of truthCounts) products += count * (predictedCounts.get(label) ?? 0);
  const spread = (rows ** 2 - sumOfSquares(predictedCounts)) * (rows ** 2 - sumOfSquares(truthCounts));
  return spread === 0 ? 0 : (equal * rows - products) / Math.sqrt(spread);
}

function sumOfSquares<T>(counts: Map<T, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count * count;
  return sum;
}
