import { countPositives, tiedScores } from "./checks.js";

/**
 * Area under the precision-recall curve as a sum of steps: over the distinct scores from high to low,
 * sum of (recall gained) * (precision of everything with at least this score). Equal scores form one step.
 * @param labels 0 or 1, length n.
 * @param scores finite numbers, length n; higher means more likely 1.
 * @returns a number in [0, 1]; 0 when no label is 1.
 * @throws MetricError `METRIC_NOT_FINITE`, `METRIC_DOMAIN` for a label that is neither 0 nor 1, `METRIC_LENGTH`,
 * `METRIC_EMPTY`.
 * @see scikit-learn `average_precision_score`
 */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const groups = tiedScores(labels, scores);
  const positives = countPositives(labels);
  if (positives === 0) return 0;
  let sum = 0;
  let hits = 0;
  let guesses = 0;
  for (const tied of groups) {
    hits += tied.positives;
    guesses += tied.positives + tied.negatives;
    sum += (tied.positives / positives) * (hits / guesses);
  }
  return sum;
}
