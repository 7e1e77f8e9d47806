import {
  meanAveragePrecision,
  requireExactColumns,
  requireSameHeight,
  requireSameIds,
  sortById,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const ID = "Image";
const TARGET = "Id";
const GUESSES = 5;

export default defineGrader({
  id: "whale-categorization-playground",
  grade({ submission, answers }) {
    requireExactColumns(submission, [ID, TARGET]);
    requireSameHeight(submission, answers);
    requireSameIds(submission, answers, ID);
    const sorted = sortById(submission, answers, ID);
    return meanAveragePrecision(sorted.answers.column(TARGET), sorted.submission.column(TARGET), GUESSES);
  },
});
