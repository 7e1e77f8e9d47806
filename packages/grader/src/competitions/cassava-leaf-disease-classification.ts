import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "cassava-leaf-disease-classification",
  grade: ({ submission, answers }) => gradeLabelsByAccuracy(submission, answers, { id: "image_id", target: "label" }),
});
