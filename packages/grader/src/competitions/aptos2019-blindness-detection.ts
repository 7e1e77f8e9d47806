import { labelKappa, requireColumns, requireSameHeight, requireSameIds, sortById } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "id_code";
const TARGET = "diagnosis";

export default defineGrader({
  id: "aptos2019-blindness-detection",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    if (submission.height === 0) throw new InvalidSubmissionError("The submission has no rows.");
    requireSameIds(submission, answers, ID);
    requireSameHeight(submission, answers);
    const sorted = sortById(submission, answers, ID);
    return labelKappa(sorted.answers.column(TARGET), sorted.submission.column(TARGET), TARGET);
  },
});
