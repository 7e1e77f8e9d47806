import { requireSameLength } from "./checks.js";

/** Counts of a comparison. */
export interface MatchCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/**
 * F-beta from counts: (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP). F1 with beta 1, where it equals the Dice coefficient.
 * @returns a number in [0, 1]; 0 when all counts are 0.
 * @see scikit-learn `fbeta_score` with zero_division=0
 */
export function fBeta(counts: MatchCounts, beta = 1): number {
  const weight = beta * beta;
  const hits = (1 + weight) * counts.truePositives;
  const all = hits + weight * counts.falseNegatives + counts.falsePositives;
  return all === 0 ? 0 : hits / all;
}

/**
 * Macro-averaged F1 of single labels: the plain mean of F1 over every label that occurs on either side, so a predicted
 * label that is never true adds a zero.
 * @param truth labels, length n > 0; compared as Map keys (NaN equals NaN, 0 equals -0).
 * @param predicted labels, length n.
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `f1_score(average="macro")`
 */
export function macroF1<T>(truth: ArrayLike<T>, predicted: ArrayLike<T>): number {
  requireSameLength(truth, predicted);
  const perLabel = new Map<T, { hits: number; total: number }>();
  const entry = (label: T) => {
    const known = perLabel.get(label);
    if (known !== undefined) return known;
    const fresh = { hits: 0, total: 0 };
    perLabel.set(label, fresh);
    return fresh;
  };
  for (let index = 0; index < truth.length; index++) {
    const expected = entry(truth[index]!);
    const found = entry(predicted[index]!);
    expected.total++;
    found.total++;
    if (expected === found) expected.hits++;
  }
  let sum = 0;
  for (const { hits, total } of perLabel.values()) sum += (2 * hits) / total;
  return sum / perLabel.size;
}

/**
 * Micro-averaged F1 of label sets: 2 TP / (2 TP + FP + FN), counted over all rows and all labels that occur in the truth.
 * Predicted labels that never occur in the truth are ignored: they are no false positives.
 * @param truth one collection of labels per row, length n; repeats count once.
 * @param predicted one collection per row, length n.
 * @returns a number in [0, 1]; 0 without a hit.
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `MultiLabelBinarizer` fitted on the truth, then `f1_score(average="micro")`
 */
export function microF1OfSets<T>(truth: readonly Iterable<T>[], predicted: readonly Iterable<T>[]): number {
  requireSameLength(truth, predicted);
  const truthSets = truth.map((labels) => new Set(labels));
  const classes = new Set<T>();
  for (const labels of truthSets) for (const label of labels) classes.add(label);
  let truePositives = 0;
  let expected = 0;
  let found = 0;
  truthSets.forEach((labels, row) => {
    expected += labels.size;
    for (const label of new Set(predicted[row]!)) {
      if (!classes.has(label)) continue;
      found++;
      if (labels.has(label)) truePositives++;
    }
  });
  return fBeta({ truePositives, falsePositives: found - truePositives, falseNegatives: expected - truePositives });
}
