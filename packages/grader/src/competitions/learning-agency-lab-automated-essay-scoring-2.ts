import { alignById, discreteTargets, requireColumns } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { quadraticWeightedKappa } from "../metrics/quadratic-weighted-kappa.js";

const ID = "essay_id";
const TARGET = "score";

export default defineGrader({
  id: "learning-agency-lab-automated-essay-scoring-2",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    if (submission.height === 0) throw new InvalidSubmissionError("The submission has no rows.");
    const aligned = alignById(submission, answers, ID);
    const predicted = aligned.submission.column(TARGET);
    if (!predicted.isNumeric) throw new InvalidSubmissionError(`The column "${TARGET}" must hold whole numbers only.`);
    discreteTargets(aligned.answers.column(TARGET), predicted, TARGET);
    return quadraticWeightedKappa(aligned.answers.column(TARGET).numbers(), predicted.numbers());
  },
});
