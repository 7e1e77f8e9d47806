import { gradeCategoriesByF1 } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "iwildcam-2019-fgvc6",
  grade: ({ submission, answers }) => gradeCategoriesByF1(submission, answers, { id: "Id", target: "Category" }),
});
