import { gradeCategoriesByF1 } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "herbarium-2022-fgvc9",
  grade: ({ submission, answers }) => gradeCategoriesByF1(submission, answers, { id: "Id", target: "Predicted" }),
});
