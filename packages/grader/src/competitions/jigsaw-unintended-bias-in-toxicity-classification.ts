import type { Column } from "@mlebench/frame";
import { alignById, requireColumns, shownCell } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "id";
const PREDICTION = "prediction";
const TRUTH = "toxicity";
const IDENTITIES = [
  "male",
  "female",
  "homosexual_gay_or_lesbian",
  "christian",
  "jewish",
  "muslim",
  "black",
  "white",
  "psychiatric_or_mental_illness",
];
/** Exponent of the generalised mean over the identities. */
const POWER = -5;

/** Predictions, truth and identities are cut at one half, so every AUC is one of two binary columns. */
export default defineGrader({
  id: "jigsaw-unintended-bias-in-toxicity-classification",
  grade({ submission, answers }) {
    requireColumns(submission, ID);
    if (submission.has(PREDICTION) && submission.has(TRUTH)) {
      throw new InvalidSubmissionError(`The submission must not have both ${PREDICTION} and ${TRUTH}.`);
    }
    const name = submission.has(TRUTH) ? TRUTH : PREDICTION;
    requireColumns(submission, name);
    const aligned = alignById(submission, answers, ID);
    const predicted = atLeastHalf(aligned.submission.column(name), name);
    const truth = atLeastHalf(aligned.answers.column(TRUTH), TRUTH);
    const identities = IDENTITIES.map((identity) => atLeastHalf(aligned.answers.column(identity), identity));

    const powerMean = (keep: (toxic: boolean, mentioned: boolean) => boolean): number => {
      const aucs = identities.map((mentioned) =>
        binaryAuc(truth, predicted, (row) => keep(truth[row] === 1, mentioned[row] === 1)),
      );
      return (aucs.reduce((sum, auc) => sum + auc ** POWER, 0) / aucs.length) ** (1 / POWER);
    };
    const subgroup = powerMean((_, mentioned) => mentioned);
    const backgroundPositiveSubgroupNegative = powerMean((toxic, mentioned) => toxic !== mentioned);
    const backgroundNegativeSubgroupPositive = powerMean((toxic, mentioned) => toxic === mentioned);
    const overall = binaryAuc(truth, predicted, () => true);
    return 0.25 * (overall + subgroup + backgroundPositiveSubgroupNegative + backgroundNegativeSubgroupPositive);
  },
});

/** A missing value is not at least one half, also beside True and False, which pandas then reads as objects. */
function atLeastHalf(column: Column, name: string): Uint8Array {
  return Uint8Array.from({ length: column.length }, (_, row) => {
    const cell = column.get(row);
    if (typeof cell !== "string") return Number(cell) >= 0.5 ? 1 : 0;
    throw new InvalidSubmissionError(
      `The column ${name} must hold numbers only; row ${row + 1}, sorted by ${ID}, has ${shownCell(column, row)}.`,
    );
  });
}

/** The ROC AUC of a binary score is the mean of the true positive and the true negative rate. */
function binaryAuc(truth: Uint8Array, predicted: Uint8Array, keep: (row: number) => boolean): number {
  const counts = [0, 0];
  const hits = [0, 0];
  for (let row = 0; row < truth.length; row++) {
    if (!keep(row)) continue;
    const label = truth[row]!;
    counts[label]!++;
    if (predicted[row] === label) hits[label]!++;
  }
  if (counts[0] === 0 || counts[1] === 0) {
    throw new InvalidSubmissionError("A group of comments has only one class of toxicity, so it has no AUC.");
  }
  return (hits[0]! / counts[0]! + hits[1]! / counts[1]!) / 2;
}
