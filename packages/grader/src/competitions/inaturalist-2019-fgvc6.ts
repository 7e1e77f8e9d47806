import { Column, pySplit } from "@mlebench/frame";
import { alignById, pythonIntegers, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "id";
const TARGET = "predicted";

/** Top-1 error: only the first of several guesses counts. */
export default defineGrader({
  id: "inaturalist-2019-fgvc6",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const predicted = pythonIntegers(firstGuesses(aligned.submission.column(TARGET)), TARGET);
    const truth = pythonIntegers(aligned.answers.column(TARGET), TARGET);
    const right = truth.filter((category, row) => category === predicted[row]).length;
    return 1 - right / truth.length;
  },
});

/** The first words of a column of text. Floats are none and no integers either, also where only a gap made them floats. */
function firstGuesses(column: Column): Column {
  if (column.kind === "float64") {
    throw new InvalidSubmissionError(`The column ${TARGET} must hold whole numbers; it was read as floats.`);
  }
  if (column.kind !== "object") return column;
  return Column.object(column.cells().map((cell) => (typeof cell === "string" ? (pySplit(cell)[0] ?? "") : cell)));
}
