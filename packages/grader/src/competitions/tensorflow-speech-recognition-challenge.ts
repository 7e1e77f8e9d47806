import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "tensorflow-speech-recognition-challenge",
  grade: ({ submission, answers }) => gradeLabelsByAccuracy(submission, answers, { id: "fname", target: "label" }),
});
