import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "histopathologic-cancer-detection",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "id", target: "label" }),
});
