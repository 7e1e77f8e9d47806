import type { Column } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight, shownCell } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { countPixels, countSharedPixels, decodeRunLengths, type Runs } from "../metrics/run-lengths.js";

const ID = "record_id";
const TARGET = "encoded_pixels";

/** One Dice coefficient over the pixels of all images. */
export default defineGrader({
  id: "google-research-identify-contrails-reduce-global-warming",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const [heights, widths] = ["height", "width"].map((name) => aligned.answers.column(name).numbers());
    let shared = 0;
    let all = 0;
    for (let row = 0; row < answers.height; row++) {
      const pixels = heights![row]! * widths![row]!;
      const truth = decode(aligned.answers.column(TARGET), row, pixels);
      const predicted = decode(aligned.submission.column(TARGET), row, pixels);
      shared += countSharedPixels(truth, predicted);
      all += countPixels(truth) + countPixels(predicted);
    }
    return (2 * shared) / all;
  },
});

function decode(column: Column, row: number, pixels: number): Runs {
  const cell = column.get(row);
  if (typeof cell === "string") return decodeRunLengths(cell === "-" ? "" : cell, pixels);
  throw new InvalidSubmissionError(
    `The column ${TARGET} must hold "start length ..." or "-"; row ${row + 1} has ${shownCell(column, row)}.`,
  );
}
