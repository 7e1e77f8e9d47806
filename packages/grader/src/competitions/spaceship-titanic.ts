import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "spaceship-titanic",
  grade: ({ submission, answers }) =>
    gradeLabelsByAccuracy(submission, answers, { id: "PassengerId", target: "Transported" }),
});
