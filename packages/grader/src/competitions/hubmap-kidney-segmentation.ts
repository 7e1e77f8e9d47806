import { requireColumns, requireSameHeight, requireSameIds, sortById, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { dice } from "../metrics/overlap.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";
import { countPixels, countSharedPixels, decodeRunLengths } from "../metrics/run-lengths.js";

const ID = "id";
const TARGET = "predicted";

/** Images have up to a thousand million pixels: masks are compared as runs, never painted. */
export default defineGrader({
  id: "hubmap-kidney-segmentation",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    requireSameIds(submission, answers, ID);
    const sorted = sortById(submission, answers, ID);
    const predictions = textsOrMissing(sorted.submission.column(TARGET), TARGET);
    const encodings = textsOrMissing(sorted.answers.column("encoding"), "encoding");
    const widths = sorted.answers.column("width_pixels").numbers();
    const heights = sorted.answers.column("height_pixels").numbers();
    const scores = predictions.map((text, row) => {
      const pixels = widths[row]! * heights[row]!;
      const found = decodeRunLengths(text ?? "", pixels);
      const expected = decodeRunLengths(encodings[row] ?? "", pixels);
      const overlap = {
        truth: countPixels(expected),
        predicted: countPixels(found),
        shared: countSharedPixels(expected, found),
      };
      return overlap.truth + overlap.predicted === 0 ? 1 : dice(overlap);
    });
    return pairwiseMean(scores);
  },
});
