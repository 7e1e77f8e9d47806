import type { Column } from "@mlebench/frame";
import { alignById, requireColumns, requireFiniteValues, requireNumeric, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { pearson } from "../metrics/correlation.js";

const ID = "id";
const TARGET = "score";

export default defineGrader({
  id: "us-patent-phrase-to-phrase-matching",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const column = aligned.submission.column(TARGET);
    if (isConstant(column)) return Number.NaN;
    const predicted = requireNumeric(column, TARGET);
    requireFiniteValues(predicted, TARGET);
    return pearson(predicted, aligned.answers.column(TARGET).numbers());
  },
});

/** scipy looks for a constant before it looks at the values, which may then be infinite or text. */
function isConstant(column: Column): boolean {
  return !column.hasMissing() && column.cells().every((cell, _, cells) => cell === cells[0]);
}
