import { pyRound } from "@mlebench/frame";
import { joinRows, pythonFloats, requireColumns, requireFiniteValues, requireSameIds } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { meanAbsoluteError } from "../metrics/regression-errors.js";

const ID = "segment_id";
const TARGET = "time_to_eruption";

/** A segment that is given twice counts twice; the error is rounded to a whole number. */
export default defineGrader({
  id: "predict-volcanic-eruptions-ingv-oe",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    requireSameIds(submission, answers, ID);
    const { answerRows, submissionRows } = joinRows(answers.column(ID), submission.column(ID));
    const predicted = pythonFloats(submission.column(TARGET).take(submissionRows), TARGET);
    requireFiniteValues(predicted, TARGET);
    const error = meanAbsoluteError(answers.column(TARGET).take(answerRows).numbers(), predicted);
    if (Number.isFinite(error)) return pyRound(error, 0);
    // Upstream's score is an integer, which an infinite error has none of.
    throw new InvalidSubmissionError(`The values of ${TARGET} are so large that their mean error is infinite.`);
  },
});
