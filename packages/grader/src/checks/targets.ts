import { type Cell, type Column, cellKey } from "@mlebench/frame";
import { InvalidSubmissionError } from "../errors.js";
import { accuracy } from "../metrics/accuracy.js";

/** Two columns of class labels whose entries can be compared with `===`. */
export interface Targets {
  readonly truth: readonly Cell[];
  readonly predicted: readonly Cell[];
}

/**
 * Makes labels of two columns as scikit-learn's classification metrics do, with its refusals:
 * - numbers must be whole: a fraction, a missing or infinite value, or a float beyond 64 bit makes the column continuous;
 * - a column of text must have no missing cell;
 * - text beside numbers is refused when both sides have at most two distinct labels, otherwise it merely never matches.
 *
 * Labels compare as in Python: 1, 1.0 and True are one, text never equals a number.
 * @param truth labels of the answers.
 * @param predicted labels of the submission, as many.
 * @param name of the predicted column, for messages.
 * @see scikit-learn `_check_targets` and `type_of_target`
 */
export function discreteTargets(truth: Column, predicted: Column, name: string): Targets {
  if (truth.length !== predicted.length) {
    throw new InvalidSubmissionError(
      `Found ${predicted.length} values of ${JSON.stringify(name)} for ${truth.length} rows.`,
    );
  }
  const targets = {
    truth: discreteLabels(truth, "the answers"),
    predicted: discreteLabels(predicted, JSON.stringify(name)),
  };
  const sides = [targets.truth, targets.predicted].map((labels) => new Set(labels));
  const areBinary = sides.every((labels) => labels.size <= 2);
  if (areBinary && isText(truth) !== isText(predicted)) {
    throw new InvalidSubmissionError(
      `The labels of ${JSON.stringify(name)} must be ${isText(truth) ? "text" : "numbers or True/False"} as in the answers, ` +
        `found ${isText(predicted) ? "text" : "numbers"}.`,
    );
  }
  return targets;
}

/** As {@link discreteTargets}, for metrics that cannot mix text and numbers at all. */
export function uniformTargets(truth: Column, predicted: Column, name: string): Targets {
  const targets = discreteTargets(truth, predicted, name);
  if (isText(truth) === isText(predicted)) return targets;
  throw new InvalidSubmissionError(
    `The labels of ${JSON.stringify(name)} must be ${isText(truth) ? "text" : "numbers"}, found ${isText(predicted) ? "text" : "numbers"}.`,
  );
}

/**
 * Accuracy of a column of labels, with scikit-learn's rules for their types.
 * @see {@link discreteTargets}
 */
export function labelAccuracy(truth: Column, predicted: Column, name: string): number {
  const targets = discreteTargets(truth, predicted, name);
  return accuracy(targets.truth, targets.predicted);
}

function discreteLabels(column: Column, what: string): Cell[] {
  const labels: Cell[] = [];
  for (let row = 0; row < column.length; row++) {
    const cell = column.get(row);
    if (cell === null) {
      throw new InvalidSubmissionError(`The labels of ${what} must all be there; row ${row + 1} has none.`);
    }
    if (column.kind === "float64" && !isWholeIn64Bit(cell)) {
      throw new InvalidSubmissionError(`The labels of ${what} must be whole numbers; row ${row + 1} has ${cell}.`);
    }
    labels.push(cellKey(cell));
  }
  return labels;
}

function isWholeIn64Bit(cell: Cell): boolean {
  return typeof cell === "number" && Number.isInteger(cell) && cell >= -(2 ** 63) && cell < 2 ** 63;
}

function isText(column: Column): boolean {
  return column.kind === "object";
}
