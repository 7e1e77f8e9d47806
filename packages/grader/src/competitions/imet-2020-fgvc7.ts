import { gradeLabelSetsByF1 } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "imet-2020-fgvc7",
  grade: ({ submission, answers }) => gradeLabelSetsByF1(submission, answers, { id: "id", target: "attribute_ids" }),
});
