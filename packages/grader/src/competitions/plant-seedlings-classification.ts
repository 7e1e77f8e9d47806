import { alignById, requireColumns, requireSameHeight, shownCell } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "file";
const TARGET = "species";

/** Micro-averaged F1 of one label per row is the share of right labels. */
export default defineGrader({
  id: "plant-seedlings-classification",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const predicted = aligned.submission.column(TARGET);
    // True and False beside a gap are a column of objects without text.
    if (!predicted.cells().some((cell) => typeof cell === "string")) {
      throw new InvalidSubmissionError(
        `The column ${TARGET} must hold names of species; row 1, sorted by ${ID}, has ${shownCell(predicted, 0)}.`,
      );
    }
    const truth = aligned.answers.column(TARGET);
    let right = 0;
    for (let row = 0; row < answers.height; row++) if (predicted.get(row) === truth.get(row)) right++;
    return right / answers.height;
  },
});
