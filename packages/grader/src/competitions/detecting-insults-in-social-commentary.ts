import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

/** The comment itself is the id, and some occur twice: numpy's sort decides which prediction meets which label. */
export default defineGrader({
  id: "detecting-insults-in-social-commentary",
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "Comment", target: "Insult" }),
});
