import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "tabular-playground-series-may-2022",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "id", target: "target" }),
});
