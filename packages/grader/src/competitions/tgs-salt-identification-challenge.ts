import { alignById, requireExactColumns, requireSameHeight, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { countPixels, countSharedPixels, decodeRunLengths, type Runs } from "../metrics/run-lengths.js";

const ID = "id";
const TARGET = "rle_mask";
const PIXELS = 101 * 101;
/** numpy's `arange(0.5, 1, 0.05)`, with its rounding. */
const THRESHOLDS = Array.from({ length: 10 }, (_, step) => 0.5 + step * (0.55 - 0.5));

export default defineGrader({
  id: "tgs-salt-identification-challenge",
  grade({ submission, answers }) {
    requireExactColumns(submission, [ID, TARGET]);
    requireSameHeight(submission, answers);
    for (const name of [ID, TARGET]) {
      const column = submission.column(name);
      if (column.kind === "object" || column.countMissing() === column.length) continue;
      throw new InvalidSubmissionError(`The column ${name} must hold text; it was read as ${column.kind}.`);
    }
    const aligned = alignById(submission, answers, ID);
    const truth = textCells(aligned.answers.column(TARGET), "");
    const predicted = textCells(aligned.submission.column(TARGET), "");
    return pairwiseMean(
      truth.map((text, row) => imageScore(decodeRunLengths(text, PIXELS), decodeRunLengths(predicted[row]!, PIXELS))),
    );
  },
});

/** Share of the thresholds that the overlap exceeds. */
function imageScore(truth: Runs, predicted: Runs): number {
  const [expected, found] = [countPixels(truth), countPixels(predicted)];
  if (expected === 0) return found === 0 ? 1 : 0;
  const shared = countSharedPixels(truth, predicted);
  // Upstream's histogram takes an empty prediction for a full one.
  const overlap = found === 0 ? expected / PIXELS : shared / (expected + found - shared);
  return THRESHOLDS.filter((threshold) => overlap > threshold).length / THRESHOLDS.length;
}
