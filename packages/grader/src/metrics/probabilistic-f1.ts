import { MetricError } from "../errors.js";
import { requireSameLength } from "./checks.js";

/**
 * F1 of probabilities instead of labels: every probability counts as so much of a hit or a false alarm. With T and F the
 * sums over rows labelled 1 and 0, precision T / (T + F) and recall T / (rows labelled 1); their harmonic mean.
 * @param labels 0 or 1, length n.
 * @param probabilities length n; cut to [0, 1].
 * @returns a number in [0, 1]; 0 when nothing was predicted, and when a value is NaN.
 * @throws MetricError `METRIC_ONE_CLASS` without a label 1, `METRIC_LENGTH`, `METRIC_EMPTY`.
 */
export function probabilisticF1(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  requireSameLength(labels, probabilities);
  let positives = 0;
  let hits = 0;
  let alarms = 0;
  for (let row = 0; row < labels.length; row++) {
    const probability = Math.min(Math.max(probabilities[row]!, 0), 1);
    if (labels[row] === 1) {
      positives++;
      hits += probability;
    } else {
      alarms += probability;
    }
  }
  if (positives === 0) throw new MetricError("METRIC_ONE_CLASS", "No true label is 1, so there is no recall.");
  const precision = hits / (hits + alarms);
  const recall = hits / positives;
  return precision > 0 && recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}
