import { compareCodePoints, pySplit } from "@mlebench/frame";
import { requireColumns, requireSameHeight, requireSameIds, sortById, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { kendallTau } from "../metrics/kendall-tau.js";
import { quoted } from "../quoted.js";

const ID = "id";
const TARGET = "cell_order";

export default defineGrader({
  id: "AI4Code",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    requireSameIds(submission, answers, ID);
    const sorted = sortById(submission, answers, ID);
    const ids = textCells(sorted.answers.column(ID));
    const truth = textCells(sorted.answers.column(TARGET));
    const predicted = textCells(sorted.submission.column(TARGET));
    return kendallTau(truth.map((order, row) => ranks(pySplit(order), pySplit(predicted[row]!), ids[row]!)));
  },
});

/** The submitted place of every cell, in the true order. */
function ranks(truth: readonly string[], predicted: readonly string[], notebook: string): number[] {
  if (truth.length !== predicted.length) {
    throw new InvalidSubmissionError(
      `The notebook ${notebook} has ${truth.length} cells; ${predicted.length} were submitted.`,
    );
  }
  const places = new Map<string, number>();
  predicted.forEach((cell, place) => {
    if (!places.has(cell)) places.set(cell, place);
  });
  // Not the first in the true order, which is the answer.
  const [missing] = truth.filter((cell) => !places.has(cell)).sort(compareCodePoints);
  if (missing !== undefined) {
    throw new InvalidSubmissionError(`The cell ${quoted(missing)} of the notebook ${notebook} is missing.`);
  }
  return truth.map((cell) => places.get(cell)!);
}
