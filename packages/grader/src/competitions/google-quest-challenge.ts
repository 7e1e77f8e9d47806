import { type Column, compareCodePoints } from "@mlebench/frame";
import { requireColumns, requireSameHeight, sortById } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { averageRanks, pearson } from "../metrics/correlation.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

const ID = "qa_id";

/** Ids only order the rows: upstream pairs both tables by position and never compares them. */
export default defineGrader({
  id: "google-quest-challenge",
  grade({ submission, answers }) {
    const targets = answers.columns.filter((name) => name !== ID);
    requireColumns(submission, ID, ...targets);
    if (submission.columns.length !== answers.columns.length) {
      throw new InvalidSubmissionError(
        `The submission must have ${answers.columns.length} columns, ${ID} and the targets; it has ${submission.columns.length}.`,
      );
    }
    requireSameHeight(submission, answers);
    const sorted = sortById(submission, answers, ID);
    return pairwiseMean(
      targets.map((name) => rankCorrelation(sorted.submission.column(name), sorted.answers.column(name))),
    );
  },
});

/** Spearman's rho; a column of text is ranked by its cells' text. */
function rankCorrelation(predicted: Column, truth: Column): number {
  if (predicted.hasMissing()) return Number.NaN;
  const ranks = predicted.isNumeric
    ? averageRanks(predicted.numbers())
    : averageRanks(
        Array.from({ length: predicted.length }, (_, row) => predicted.text(row)),
        compareCodePoints,
      );
  return pearson(ranks, averageRanks(truth.numbers()));
}
