import { type Column, parsePyInt, pySplit } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { levenshtein } from "../metrics/levenshtein.js";
import { quoted } from "../quoted.js";

const ID = "Id";
const TARGET = "Sequence";
/** Upstream compares numbers by Python's hash, which is the remainder by this prime. */
const HASH_PRIME = 2n ** 61n - 1n;

export default defineGrader({
  id: "multi-modal-gesture-recognition",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    let edits = 0;
    let length = 0;
    for (let row = 0; row < answers.height; row++) {
      const truth = gestures(aligned.answers.column(TARGET), row);
      edits += levenshtein(truth, gestures(aligned.submission.column(TARGET), row));
      length += truth.length;
    }
    return edits / length;
  },
});

function gestures(column: Column, row: number): bigint[] {
  const text = column.isMissing(row) ? "nan" : column.text(row);
  return pySplit(text).map((token) => {
    const gesture = parsePyInt(token);
    if (gesture !== undefined) return BigInt(gesture) % HASH_PRIME;
    throw new InvalidSubmissionError(
      `The column ${TARGET} must hold whole numbers separated by blanks; ${quoted(text)} was found.`,
    );
  });
}
