import { MetricError } from "../errors.js";
import { requireFinite, requireSameLength } from "./checks.js";

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
  requireSameLength(labels, scores);
  requireFinite(scores);
  let positives = 0;
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    if (label !== 0 && label !== 1) {
      throw new MetricError("METRIC_DOMAIN", `A binary label must be 0 or 1, found ${label}.`);
    }
    positives += label;
  }
  if (positives === 0) return 0;
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index);
  order.sort((a, b) => scores[b]! - scores[a]!);
  let sum = 0;
  let hits = 0;
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from]!]!;
    let to = from;
    let gained = 0;
    for (; to < order.length && scores[order[to]!]! === score; to++) gained += labels[order[to]!]!;
    hits += gained;
    sum += (gained / positives) * (hits / to);
    from = to;
  }
  return sum;
}
