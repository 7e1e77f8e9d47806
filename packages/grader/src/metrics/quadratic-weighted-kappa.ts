import { requireFinite, requireSameLength } from "./checks.js";

/** What {@link quadraticWeightedKappa} takes. */
interface KappaOptions {
  /** Labels that count as steps of the scale beside those that occur. @default none */
  readonly labels?: Iterable<number>;
}

/**
 * Cohen's kappa with quadratic weights, as scikit-learn computes it: every label is replaced by its rank in the sorted
 * union of both sides, so a label that nobody uses is no step. With O the counts of (truth, predicted) ranks, E the
 * counts expected from the margins and w = (rank difference)^2: 1 - sum(w O) / sum(w E).
 * @param truth finite numbers, length n > 0.
 * @param predicted finite numbers, length n.
 * @returns at most 1; 0 for a constant prediction; NaN when all labels of both sides are equal.
 * @throws MetricError `METRIC_NOT_FINITE`, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `cohen_kappa_score(weights="quadratic")`
 */
export function quadraticWeightedKappa(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  options: KappaOptions = {},
): number {
  requireSameLength(truth, predicted);
  requireFinite(truth, "The true values");
  requireFinite(predicted);
  const labels = [...new Set([...Array.from(truth), ...Array.from(predicted), ...(options.labels ?? [])])].sort(
    (a, b) => a - b,
  );
  const rankOf = new Map(labels.map((label, rank) => [label, rank]));
  const truthRanks = Float64Array.from(truth, (label) => rankOf.get(label)!);
  const predictedRanks = Float64Array.from(predicted, (label) => rankOf.get(label)!);

  // Both sums follow from moments of the ranks, so thousands of distinct labels need no matrix.
  let observed = 0;
  let truthSum = 0;
  let truthSquares = 0;
  let predictedSum = 0;
  let predictedSquares = 0;
  for (let index = 0; index < truthRanks.length; index++) {
    const a = truthRanks[index]!;
    const b = predictedRanks[index]!;
    observed += (a - b) * (a - b);
    truthSum += a;
    truthSquares += a * a;
    predictedSum += b;
    predictedSquares += b * b;
  }
  // Times n, both sums are whole numbers: a constant prediction gives 0 exactly.
  const rows = truthRanks.length;
  return 1 - (rows * observed) / (rows * (truthSquares + predictedSquares) - 2 * truthSum * predictedSum);
}
