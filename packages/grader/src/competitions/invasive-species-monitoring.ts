import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "invasive-species-monitoring",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "name", target: "invasive" }),
});
