import { alignById, requireColumns, requireNumeric, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { probabilisticF1 } from "../metrics/probabilistic-f1.js";

const ID = "prediction_id";
const TARGET = "cancer";

/** No range is checked; a missing prediction makes the score 0. */
export default defineGrader({
  id: "rsna-breast-cancer-detection",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const column = aligned.submission.column(TARGET);
    // True and False beside a gap are objects for pandas, and the gap makes the score 0 as among numbers.
    if (column.kind === "object" && !column.cells().some((cell) => typeof cell === "string")) return 0;
    const predicted = requireNumeric(column, TARGET);
    // Upstream divides by an integer zero here.
    if (predicted.every((value) => value < 0)) {
      throw new InvalidSubmissionError(`The column ${TARGET} must have a value that is not negative.`);
    }
    return probabilisticF1(aligned.answers.column(TARGET).numbers(), predicted);
  },
});
