import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "aerial-cactus-identification",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "id", target: "has_cactus" }),
});
