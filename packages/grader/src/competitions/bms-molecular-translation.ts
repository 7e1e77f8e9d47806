import { alignById, requireColumns, requireSameHeight, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { codePoints, levenshtein } from "../metrics/levenshtein.js";

const ID = "image_id";
const TARGET = "InChI";

export default defineGrader({
  id: "bms-molecular-translation",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const predicted = textCells(aligned.submission.column(TARGET));
    const truth = textCells(aligned.answers.column(TARGET));
    let sum = 0;
    for (const [row, text] of truth.entries()) sum += levenshtein(codePoints(text), codePoints(predicted[row]!));
    return sum / truth.length;
  },
});
