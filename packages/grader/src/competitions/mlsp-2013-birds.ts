import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "mlsp-2013-birds",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "Id", target: "Probability" }),
});
