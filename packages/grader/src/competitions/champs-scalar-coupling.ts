import { joinRows, pythonFloats, requireColumns, requireFiniteValues, requireSameIds } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { meanAbsoluteError } from "../metrics/regression-errors.js";

const ID = "id";
const TARGET = "scalar_coupling_constant";

/** Mean over coupling types of ln MAE; a perfect type makes it -Infinity. An id that is given twice counts twice. */
export default defineGrader({
  id: "champs-scalar-coupling",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    requireSameIds(submission, answers, ID);
    const { answerRows, submissionRows } = joinRows(answers.column(ID), submission.column(ID));
    const predicted = pythonFloats(submission.column(TARGET), TARGET);
    requireFiniteValues(predicted, TARGET);
    const truth = answers.column(TARGET).numbers();
    const joined = answers.take(answerRows);
    const errors = joined.groupBy("type").map(({ rows }) =>
      meanAbsoluteError(
        rows.map((row) => truth[answerRows[row]!]!),
        rows.map((row) => predicted[submissionRows[row]!]!),
      ),
    );
    return errors.reduce((sum, error) => sum + Math.log(error), 0) / errors.length;
  },
});
