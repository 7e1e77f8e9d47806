import { alignById, requireColumns, requireSameHeight, shownCell } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { codePoints, levenshtein } from "../metrics/levenshtein.js";

const ID = "id";
const TARGET = "sentence";

export default defineGrader({
  id: "billion-word-imputation",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const predicted = aligned.submission.column(TARGET);
    const truth = aligned.answers.column(TARGET);
    let sum = 0;
    for (let row = 0; row < answers.height; row++) {
      const cell = predicted.get(row);
      if (typeof cell !== "string") {
        throw new InvalidSubmissionError(
          `Every sentence must be text; that of id ${shownCell(aligned.submission.column(ID), row)} was read as ${shownCell(predicted, row)}.`,
        );
      }
      sum += levenshtein(codePoints(truth.text(row)), codePoints(cell));
    }
    return sum / answers.height;
  },
});
