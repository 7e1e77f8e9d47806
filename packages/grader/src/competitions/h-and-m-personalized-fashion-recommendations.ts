import { meanAveragePrecision, requireExactColumns, sortById, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "customer_id";
const TARGET = "prediction";
const GUESSES = 12;

/**
 * Customers without test purchases are dropped. Both tables are then paired by position up to the end of the answers, so
 * a customer who is given twice shifts all later ones.
 */
export default defineGrader({
  id: "h-and-m-personalized-fashion-recommendations",
  // Kaggle's own sample has 258 MiB: all customers, where the answers have few.
  alwaysReadBytes: 512 * 2 ** 20,
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
    const found = submission.filter((row) => known.has(submitted[row]!));
    const sorted = sortById(found, answers, ID);
    return meanAveragePrecision(sorted.answers.column(TARGET), sorted.submission.column(TARGET), GUESSES);
  },
});
