import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { meanAveragePrecision, requireExactColumns, sortById, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { AnswersUnreadableError, InvalidSubmissionError } from "../errors.js";
import { quoted } from "../quoted.js";

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
  /** Which customers bought something is a secret, so all of the sample submission must be there. */
  async check({ submission, files }) {
    requireExactColumns(submission, [ID, TARGET]);
    const samplePath = join(dirname(files.privateDir), "public", "sample_submission.csv");
    const given = new Set(textCells(submission.column(ID)));
    for await (const customer of firstCells(samplePath)) {
      if (given.has(customer)) continue;
      throw new InvalidSubmissionError(`The submission must have all customers; ${quoted(customer)} is missing.`);
    }
  },
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

/** The ids of the sample submission, which are more than a million and have no quotes, without its header. */
async function* firstCells(path: string): AsyncGenerator<string, void, void> {
  let isHeader = true;
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!isHeader && line !== "") yield line.slice(0, line.indexOf(","));
      isHeader = false;
    }
  } catch (cause) {
    throw new AnswersUnreadableError(path, "h-and-m-personalized-fashion-recommendations", { cause });
  }
}
