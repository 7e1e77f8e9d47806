import { alignById, requireColumns, requireSameHeight } from "../checks/index.js";
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
    if (predicted.kind !== "object") {
      throw new InvalidSubmissionError(
        `The column ${TARGET} must hold names of species; it was read as ${predicted.kind}.`,
      );
    }
    const truth = aligned.answers.column(TARGET);
    let right = 0;
    for (let row = 0; row < answers.height; row++) if (predicted.get(row) === truth.get(row)) right++;
    return right / answers.height;
  },
});
