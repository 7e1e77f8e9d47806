import {
  alignById,
  oneHotLogLoss,
  requireColumns,
  requireProbabilityRows,
  requireSameHeight,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "id";
const AUTHORS = ["EAP", "HPL", "MWS"];

export default defineGrader({
  id: "spooky-author-identification",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    if (submission.columns.length !== 1 + AUTHORS.length) {
      throw new InvalidSubmissionError(`The submission must have 4 columns; it has ${submission.columns.length}.`);
    }
    // The probabilities are first checked by position: everything behind the first column, whatever its name.
    requireProbabilityRows(submission, submission.columns.slice(1));
    requireColumns(submission, ID, ...AUTHORS);
    const aligned = alignById(submission, answers, ID);
    return oneHotLogLoss(aligned, AUTHORS);
  },
});
