import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "ml2021spring-hw2",
  grade: ({ submission, answers }) => gradeLabelsByAccuracy(submission, answers, { id: "Id", target: "ClassId" }),
});
