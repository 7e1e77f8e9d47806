import { gradeLabelSetsByF1 } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "plant-pathology-2021-fgvc8",
  grade: ({ submission, answers }) => gradeLabelSetsByF1(submission, answers, { id: "image", target: "labels" }),
});
