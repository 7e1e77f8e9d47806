import { firstUnequal, requireExactColumns, requireSameHeight, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { fBeta } from "../metrics/f-score.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { countPixels, countSharedPixels, decodeRunLengths } from "../metrics/run-lengths.js";

const ID = "Id";
const TARGET = "Predicted";
/** Precision counts more than recall. */
const BETA = 0.5;

export default defineGrader({
  id: "vesuvius-challenge-ink-detection",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireExactColumns(submission, [ID, TARGET]);
    const wrongRow = firstUnequal(answers.column(ID), submission.column(ID));
    if (wrongRow !== undefined) {
      throw new InvalidSubmissionError(
        `The rows must be in the order of the sample submission; row ${wrongRow + 1} has another ${ID}.`,
      );
    }
    const widths = answers.column("width").numbers();
    const heights = answers.column("height").numbers();
    const encodings = textsOrMissing(answers.column(TARGET), TARGET);
    const scores = textsOrMissing(submission.column(TARGET), TARGET).map((text, row) => {
      if (text === null) {
        throw new InvalidSubmissionError(
          `The column ${TARGET} must hold text; row ${row + 1} is empty (an empty mask is a single blank).`,
        );
      }
      const pixels = widths[row]! * heights[row]!;
      const found = decodeRunLengths(text, pixels);
      const expected = decodeRunLengths(encodings[row] ?? "", pixels);
      const truePositives = countSharedPixels(expected, found);
      const counts = {
        truePositives,
        falsePositives: countPixels(found) - truePositives,
        falseNegatives: countPixels(expected) - truePositives,
      };
      return fBeta(counts, BETA);
    });
    return pairwiseMean(scores);
  },
});
