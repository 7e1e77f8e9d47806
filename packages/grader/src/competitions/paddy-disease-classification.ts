import { alignById, labelAccuracy, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

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
    return labelAccuracy(aligned.answers.column(TARGET), predicted, TARGET);
  },
});
