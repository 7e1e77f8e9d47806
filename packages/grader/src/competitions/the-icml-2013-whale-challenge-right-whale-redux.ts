import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "the-icml-2013-whale-challenge-right-whale-redux",
  grade: ({ submission, answers }) =>
    gradeProbabilitiesByAuc(submission, answers, { id: "clip", target: "probability" }),
});
