import { gradeProbabilitiesByLogLoss } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "statoil-iceberg-classifier-challenge",
  grade: ({ submission, answers }) =>
    gradeProbabilitiesByLogLoss(submission, answers, { id: "id", target: "is_iceberg" }),
});
