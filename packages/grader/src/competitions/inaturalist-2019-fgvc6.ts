import { type Column, parsePyInt, pySplit } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";

const ID = "id";
const TARGET = "predicted";
const LARGEST = 2n ** 63n - 1n;

/** Top-1 error: only the first of several guesses counts. */
export default defineGrader({
  id: "inaturalist-2019-fgvc6",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const predicted = aligned.submission.column(TARGET);
    const truth = aligned.answers.column(TARGET).numbers();
    let right = 0;
    for (let row = 0; row < answers.height; row++) if (firstGuess(predicted, row) === BigInt(truth[row]!)) right++;
    return 1 - right / answers.height;
  },
});

function firstGuess(column: Column, row: number): bigint {
  const cell = column.get(row);
  if (column.kind === "int64" || column.kind === "bool") return BigInt(cell ?? 0);
  const token = typeof cell === "string" ? pySplit(cell)[0] : undefined;
  const guess = token === undefined ? undefined : parsePyInt(token);
  if (guess !== undefined && BigInt(guess) <= LARGEST && BigInt(guess) >= -LARGEST - 1n) return BigInt(guess);
  throw new InvalidSubmissionError(
    `The column ${TARGET} must hold whole numbers; row ${row + 1} has ${cell === null ? "a missing value" : column.text(row).slice(0, 60)}.`,
  );
}
