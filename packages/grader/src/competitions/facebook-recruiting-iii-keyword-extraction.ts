import { gradeLabelSetsByF1 } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "facebook-recruiting-iii-keyword-extraction",
  grade: ({ submission, answers }) => gradeLabelSetsByF1(submission, answers, { id: "Id", target: "Tags" }),
});
