import {
  requireColumns,
  requireNumeric,
  requireProbabilities,
  requireSameHeight,
  requireSameIds,
  sortById,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { binaryLogLoss } from "../metrics/log-loss.js";

const ID = "id";
const TARGET = "label";

export default defineGrader({
  id: "dogs-vs-cats-redux-kernels-edition",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameIds(submission, answers, ID);
    requireSameHeight(submission, answers);
    requireProbabilities(requireNumeric(submission.column(TARGET), TARGET), TARGET);
    const sorted = sortById(submission, answers, ID);
    return binaryLogLoss(sorted.answers.column(TARGET).numbers(), sorted.submission.column(TARGET).numbers());
  },
});
