import { MetricError } from "../errors.js";
import { isConstant, requireFinite, requireSameLength } from "./checks.js";
import { pairwiseMean } from "./pairwise-sum.js";

/** scikit-learn clips probabilities of doubles this far from 0 and 1. */
const EPSILON = 2 ** -52;

/** What both losses take. */
export interface LogLossOptions {
  /** Probabilities are cut to [epsilon, 1 - epsilon]. @default 2 ** -52 */
  readonly epsilon?: number;
}

/**
 * Multi-class log loss: the mean of -ln(probability given to the true class), probabilities cut to
 * [epsilon, 1 - epsilon] and not renormalised.
 * @param classes the column number of the true class, length n.
 * @param probabilities one list of length n per class.
 * @returns a number >= 0; epsilon for a perfect answer, 36.04365338911715 for entirely wrong ones.
 * @throws MetricError `METRIC_DOMAIN` for a probability outside [0, 1] or a class without column,
 * `METRIC_NOT_FINITE`, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `log_loss`
 */
export function logLoss(
  classes: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  options: LogLossOptions = {},
): number {
  const epsilon = options.epsilon ?? EPSILON;
  for (const column of probabilities) {
    requireSameLength(classes, column);
    requireProbabilities(column);
  }
  const losses = new Float64Array(classes.length);
  for (let row = 0; row < losses.length; row++) {
    const column = probabilities[classes[row]!];
    if (column === undefined) throw new MetricError("METRIC_DOMAIN", `There is no column for class ${classes[row]}.`);
    losses[row] = -Math.log(clip(column[row]!, epsilon));
  }
  if (losses.length === 0) throw new MetricError("METRIC_EMPTY", "There is no value to compute a metric from.");
  return pairwiseMean(losses);
}

/**
 * Log loss of one probability against 0/1 labels. 1 - p is formed before both are cut to [epsilon, 1 - epsilon].
 * @param labels 0 or 1, length n.
 * @param probabilities of label 1, length n.
 * @throws MetricError `METRIC_ONE_CLASS` when all labels are equal, as scikit-learn, and those of {@link logLoss}.
 * @see scikit-learn `log_loss`
 */
export function binaryLogLoss(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: LogLossOptions = {},
): number {
  requireSameLength(labels, probabilities);
  if (isConstant(labels)) {
    throw new MetricError("METRIC_ONE_CLASS", "The true labels are all equal, so there is no log loss.");
  }
  const complement = Float64Array.from(probabilities, (probability) => 1 - probability);
  return logLoss(labels, [complement, probabilities], options);
}

function clip(probability: number, epsilon: number): number {
  return Math.min(Math.max(probability, epsilon), 1 - epsilon);
}

function requireProbabilities(column: ArrayLike<number>): void {
  requireFinite(column, "The probabilities");
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (value < 0 || value > 1) {
      throw new MetricError("METRIC_DOMAIN", `A probability must be between 0 and 1, found ${value}.`);
    }
  }
}
