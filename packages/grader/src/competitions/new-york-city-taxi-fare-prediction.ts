import { pythonFloats, requireColumns, requireSameHeight, sortById } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { rmse } from "../metrics/regression-errors.js";

const ID = "key";
const TARGET = "fare_amount";

/** Keys only order the rows: upstream pairs both tables by position and never compares them. */
export default defineGrader({
  id: "new-york-city-taxi-fare-prediction",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    requireSameHeight(submission, answers);
    const sorted = sortById(submission, answers, ID);
    return rmse(sorted.answers.column(TARGET).numbers(), pythonFloats(sorted.submission.column(TARGET), TARGET));
  },
});
