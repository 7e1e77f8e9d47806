import {
  alignById,
  oneHotLogLoss,
  requireColumns,
  requireProbabilityRows,
  requireSameHeight,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const ID = "id";

export default defineGrader({
  id: "dog-breed-identification",
  grade({ submission, answers }) {
    const breeds = answers.columns.filter((name) => name !== ID);
    requireColumns(submission, ...breeds, ID);
    requireSameHeight(submission, answers);
    requireProbabilityRows(submission, breeds);
    const aligned = alignById(submission, answers, ID);
    return oneHotLogLoss(aligned, breeds);
  },
});
