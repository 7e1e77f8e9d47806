import { gradeTextsByEquality } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "text-normalization-challenge-russian-language",
  grade: ({ submission, answers }) => gradeTextsByEquality(submission, answers, { id: "id", target: "after" }),
});
