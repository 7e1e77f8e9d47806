import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "iwildcam-2020-fgvc7",
  grade: ({ submission, answers }) => gradeLabelsByAccuracy(submission, answers, { id: "Id", target: "Category" }),
});
