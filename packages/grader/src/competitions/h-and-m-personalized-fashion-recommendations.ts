import { requireExactColumns, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { averagePrecisionAtK } from "../metrics/average-precision-at-k.js";

const ID = "customer_id";
const TARGET = "prediction";
const GUESSES = 12;

/**
 * Customers without test purchases are dropped. Both tables are then paired by position up to the shorter one, so a
 * customer who is given twice shifts all later ones.
 */
export default defineGrader({
  id: "h-and-m-personalized-fashion-recommendations",
  grade({ submission, answers }) {
    requireExactColumns(submission, [ID, TARGET]);
    const submitted = textCells(submission.column(ID));
    const given = new Set(submitted);
    const expected = textCells(answers.column(ID));
    const missing = expected.find((customer) => !given.has(customer));
    if (missing !== undefined) {
      throw new InvalidSubmissionError(`The submission must have all customers; ${missing} is missing.`);
    }
    const known = new Set(expected);
    const found = submission.filter((row) => known.has(submitted[row]!)).sort(ID);
    const truth = answers.sort(ID);
    const guesses = textCells(found.column(TARGET));
    const bought = textCells(truth.column(TARGET));
    const rows = Math.min(guesses.length, bought.length);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      sum += averagePrecisionAtK(bought[row]!.split(" "), guesses[row]!.split(" ").slice(0, GUESSES), GUESSES);
    }
    return sum / rows;
  },
});
