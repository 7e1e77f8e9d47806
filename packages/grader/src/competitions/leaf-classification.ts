import {
  alignById,
  oneHotLogLoss,
  requireExactColumns,
  requireProbabilityRows,
  requireSameHeight,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const ID = "id";

export default defineGrader({
  id: "leaf-classification",
  grade({ submission, answers }) {
    const species = answers.columns.filter((name) => name !== ID);
    requireExactColumns(submission, answers.columns);
    requireSameHeight(submission, answers);
    requireProbabilityRows(submission, species);
    return oneHotLogLoss(alignById(submission, answers, ID), species);
  },
});
