import { requireColumns, requireSameHeight, requireSameIds, sortById } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { averagePrecisionAtK } from "../metrics/average-precision-at-k.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

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
    const truth = sorted.answers.column(TARGET).strings();
    const predicted = sorted.submission.column(TARGET);
    return pairwiseMean(
      // Every single blank separates: two in a row make an empty guess.
      truth.map((text, row) => averagePrecisionAtK(text.split(" "), (predicted.isMissing(row) ? "nan" : predicted.text(row)).split(" "), GUESSES)),
    );
  },
});
