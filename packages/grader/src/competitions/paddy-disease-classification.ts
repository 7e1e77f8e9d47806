import { alignById, labelAccuracy, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "image_id";
const TARGET = "label";

export default defineGrader({
  id: "paddy-disease-classification",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    // A missing label is one that is never right.
    const predicted = aligned.submission.column(TARGET).fillMissing("");
    if (predicted.kind === "uint64" && predicted.cells().some((cell) => Number(cell) < 2 ** 63)) {
      // numpy makes doubles of such a mixture.
      throw new InvalidSubmissionError(`The labels of ${TARGET} must be text or whole numbers of 64 bits.`);
    }
    return labelAccuracy(aligned.answers.column(TARGET), predicted, TARGET);
  },
});
