import { gradeProbabilitiesByLogLoss } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "dogs-vs-cats-redux-kernels-edition",
  grade: ({ submission, answers }) => gradeProbabilitiesByLogLoss(submission, answers, { id: "id", target: "label" }),
});
