import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "cdiscount-image-classification-challenge",
  grade: ({ submission, answers }) => gradeLabelsByAccuracy(submission, answers, { id: "_id", target: "category_id" }),
});
