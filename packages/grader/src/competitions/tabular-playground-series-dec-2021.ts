import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "tabular-playground-series-dec-2021",
  grade: ({ submission, answers }) => gradeLabelsByAccuracy(submission, answers, { id: "Id", target: "Cover_Type" }),
});
