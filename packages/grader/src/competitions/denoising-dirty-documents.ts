import { alignById, pythonFloats, requireColumns, requireFiniteValues, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { rmse } from "../metrics/regression-errors.js";

const ID = "id";
const TARGET = "value";

export default defineGrader({
  id: "denoising-dirty-documents",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    const values = pythonFloats(submission.column(TARGET), TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    requireFiniteValues(values, TARGET);
    return rmse(aligned.answers.column(TARGET).numbers(), pythonFloats(aligned.submission.column(TARGET), TARGET));
  },
});
