import { alignById, labelKappa, requireColumns } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "essay_id";
const TARGET = "score";

export default defineGrader({
  id: "learning-agency-lab-automated-essay-scoring-2",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    if (submission.height === 0) throw new InvalidSubmissionError("The submission has no rows.");
    const aligned = alignById(submission, answers, ID);
    return labelKappa(aligned.answers.column(TARGET), aligned.submission.column(TARGET), TARGET);
  },
});
