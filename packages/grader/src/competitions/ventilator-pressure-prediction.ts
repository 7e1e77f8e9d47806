import { alignById, pythonFloats, requireColumns, requireFiniteValues, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { meanAbsoluteError } from "../metrics/regression-errors.js";

const ID = "id";
const TARGET = "pressure";

/** Only breathing in is graded: rows whose exhaling valve is closed. */
export default defineGrader({
  id: "ventilator-pressure-prediction",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const exhaling = aligned.answers.column("u_out").numbers();
    const isGraded = (row: number) => exhaling[row] === 0;
    const predicted = pythonFloats(aligned.submission.column(TARGET).take(rowsWhere(answers.height, isGraded)), TARGET);
    requireFiniteValues(predicted, TARGET);
    return meanAbsoluteError(aligned.answers.filter(isGraded).column(TARGET).numbers(), predicted);
  },
});

function rowsWhere(height: number, keep: (row: number) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < height; row++) if (keep(row)) rows.push(row);
  return rows;
}
