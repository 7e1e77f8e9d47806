import { gradeLabelSetsByF1 } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const COLUMNS = { id: "Id", target: "Tags" };

export default defineGrader({
  id: "facebook-recruiting-iii-keyword-extraction",
  // The sample holds the questions too: several hundred megabytes that nobody makes longer.
  timesSample: 2,
  // The answers hold the questions too: several hundred megabytes that grading does not need.
  answersCsv: { columns: Object.values(COLUMNS) },
  grade: ({ submission, answers }) => gradeLabelSetsByF1(submission, answers, COLUMNS),
});
