import {
  discreteTargets,
  requireColumns,
  requireNumeric,
  requireSameHeight,
  requireSameIds,
  sortById,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { quadraticWeightedKappa } from "../metrics/quadratic-weighted-kappa.js";

const ID = "id_code";
const TARGET = "diagnosis";

export default defineGrader({
  id: "aptos2019-blindness-detection",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    if (submission.height === 0) throw new InvalidSubmissionError("The submission has no rows.");
    requireSameIds(submission, answers, ID);
    requireSameHeight(submission, answers);
    const sorted = sortById(submission, answers, ID);
    const truth = sorted.answers.column(TARGET);
    const predicted = sorted.submission.column(TARGET);
    const grades = requireNumeric(predicted, TARGET);
    discreteTargets(truth, predicted, TARGET);
    return quadraticWeightedKappa(truth.numbers(), grades);
  },
});
