import { meanAveragePrecision, requireColumns, requireSameHeight, requireSameIds, sortById } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const ID = "image";
const TARGET = "hotel_id";
const GUESSES = 5;

export default defineGrader({
  id: "hotel-id-2021-fgvc8",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameIds(submission, answers, ID);
    requireSameHeight(submission, answers);
    const sorted = sortById(submission, answers, ID);
    return meanAveragePrecision(sorted.answers.column(TARGET), sorted.submission.column(TARGET), GUESSES);
  },
});
