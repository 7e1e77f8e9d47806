import type { DataFrame } from "@mlebench/frame";
import { alignById, requireFiniteValues, requireNumeric, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { labelWeightedRankingPrecision } from "../metrics/label-ranking-average-precision.js";

const ID = "fname";

export default defineGrader({
  id: "freesound-audio-tagging-2019",
  /** Which clips have a label is a secret, so every clip must have its scores. */
  check({ submission, answers }) {
    const { classes, predicted } = alignClasses(submission, answers);
    for (const [index, scores] of predicted.entries()) requireFiniteValues(scores, classes[index]!);
  },
  grade({ submission, answers }) {
    const { aligned, classes, predicted } = alignClasses(submission, answers);
    const truth = classes.map((name) => aligned.answers.column(name).numbers());
    const labelledRows = Array.from({ length: answers.height }, (_, row) => row).filter((row) =>
      truth.some((column) => column[row]! > 0),
    );
    return labelWeightedRankingPrecision(
      labelledRows.map((row) => truth.map((column) => column[row]!)),
      labelledRows.map((row) => predicted.map((column) => column[row]!)),
    );
  },
});

/** Both tables by clip, with the submission's scores of each class. */
function alignClasses(submission: DataFrame, answers: DataFrame) {
  requireSameHeight(submission, answers);
  const wrong = answers.columns.findIndex((name, index) => submission.columns[index] !== name);
  if (wrong >= 0 || submission.columns.length !== answers.columns.length) {
    const found = JSON.stringify(submission.columns[wrong < 0 ? answers.columns.length : wrong] ?? "nothing");
    throw new InvalidSubmissionError(
      `The columns must be ${ID} and the ${answers.columns.length - 1} classes in the order of the sample submission; ` +
        `${found} stands where ${JSON.stringify(answers.columns[wrong] ?? "nothing")} is expected.`,
    );
  }
  const aligned = alignById(submission, answers, ID);
  const classes = answers.columns.slice(1);
  const predicted = classes.map((name) => requireNumeric(aligned.submission.column(name), name));
  if (classes.every((name) => aligned.submission.column(name).kind === "bool")) {
    throw new InvalidSubmissionError("The classes must hold scores, not True and False only.");
  }
  return { aligned, classes, predicted };
}
