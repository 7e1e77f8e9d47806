import { MetricError } from "../errors.js";

/** @throws MetricError `METRIC_LENGTH` when the lengths differ, `METRIC_EMPTY` when they are 0. */
export function requireSameLength(truth: { readonly length: number }, predicted: { readonly length: number }): void {
  if (truth.length !== predicted.length) {
    throw new MetricError("METRIC_LENGTH", `Found ${predicted.length} predictions for ${truth.length} true values.`);
  }
  if (truth.length === 0) throw new MetricError("METRIC_EMPTY", "There is no value to compute a metric from.");
}

/** @throws MetricError `METRIC_NOT_FINITE` at the first NaN or infinity. */
export function requireFinite(values: ArrayLike<number>, what = "The predictions"): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isFinite(value)) {
      const found = Number.isNaN(value) ? "a missing value (NaN)" : `an infinite value (${value})`;
      throw new MetricError(
        "METRIC_NOT_FINITE",
        `${what} contain ${found}, first in row ${index + 1} of those compared.`,
      );
    }
  }
}

/** Whether all values are equal. */
export function isConstant(values: ArrayLike<number>): boolean {
  for (let index = 1; index < values.length; index++) if (values[index] !== values[0]) return false;
  return true;
}

/** The rows that have one score. */
interface TiedScores {
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Counts the labels 1 of each distinct score, from the highest score down; 0 and -0 are equal.
 * @param scores finite numbers.
 */
export function tiedScores(labels: ArrayLike<number>, scores: ArrayLike<number>): TiedScores[] {
  requireSameLength(labels, scores);
  requireFinite(scores);
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index);
  order.sort((a, b) => scores[b]! - scores[a]!);
  const groups: TiedScores[] = [];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from]!]!;
    let to = from;
    let positives = 0;
    for (; to < order.length && scores[order[to]!]! === score; to++) if (labels[order[to]!] === 1) positives++;
    groups.push({ positives, negatives: to - from - positives });
    from = to;
  }
  return groups;
}

/** How many labels are 1. @throws MetricError `METRIC_DOMAIN` for one that is neither 0 nor 1. */
export function countPositives(labels: ArrayLike<number>): number {
  let positives = 0;
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    if (label !== 0 && label !== 1) {
      throw new MetricError("METRIC_DOMAIN", `A binary label must be 0 or 1, found ${label}.`);
    }
    positives += label;
  }
  return positives;
}
