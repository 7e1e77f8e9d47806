import { alignById, requireColumns, requireNumeric } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { rmse } from "../metrics/regression-errors.js";

const ID = "Id";
const TARGET = "Pawpularity";

export default defineGrader({
  id: "petfinder-pawpularity-score",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    const values = requireNumeric(submission.column(TARGET), TARGET);
    const outside = values.findIndex((value) => !(value >= 1 && value <= 100));
    if (outside >= 0) {
      throw new InvalidSubmissionError(
        `The values of ${TARGET} must lie between 1 and 100; row ${outside + 1} has ${values[outside]}.`,
      );
    }
    const aligned = alignById(submission, answers, ID);
    return rmse(aligned.answers.column(TARGET).numbers(), aligned.submission.column(TARGET).numbers());
  },
});
