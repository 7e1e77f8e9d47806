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
  // Kaggle's own sample has 258 MiB: all customers, each with as many guesses as are counted.
  timesSample: 2,
  grade({ submission, answers }) {
    requireExactColumns(submission, [ID, TARGET]);
    const customers = submission.column(ID);
    const expected = new Set(textCells(answers.column(ID)));
    const missing = new Set(expected);
    const found = submission.filter((row) => {
      const customer = customers.text(row);
      missing.delete(customer);
      return expected.has(customer);
    });
    const [lacking] = missing;
    if (lacking !== undefined) {
      throw new InvalidSubmissionError(`The submission must have all customers; ${lacking} is missing.`);
    }
    const sorted = sortById(found, answers, ID);
    return meanAveragePrecision(sorted.answers.column(TARGET), sorted.submission.column(TARGET), GUESSES);
  },
});
