import { alignById, discreteTargets, requireColumns, requireNumeric } from "../checks/index.js";
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
    const scores = requireNumeric(predicted, TARGET);
    const truth = aligned.answers.column(TARGET);
    discreteTargets(truth, predicted, TARGET);
    return quadraticWeightedKappa(truth.numbers(), scores);
  },
});
