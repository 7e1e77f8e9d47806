import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "seti-breakthrough-listen",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "id", target: "target" }),
});
