import type { DataFrame } from "@mlebench/frame";
import { alignById, pythonFloats, requireColumns, requireFiniteValues, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { meanColumnRmse } from "../metrics/regression-errors.js";

const ID = "id_seqpos";
/** All five are required, three are graded. */
const TARGETS = ["reactivity", "deg_Mg_pH10", "deg_pH10", "deg_Mg_50C", "deg_50C"];
const GRADED = ["reactivity", "deg_Mg_pH10", "deg_Mg_50C"];

/**
 * Rows are kept by their label, which is their place in the file: the sorted submission keeps a row when the answers keep
 * the row that stands at the same place of their file. In the answers' own order that is the row itself.
 */
export default defineGrader({
  id: "stanford-covid-vaccine",
  /** Which rows are kept is a secret, so every row must have numbers. */
  check({ submission }) {
    requireColumns(submission, ID, ...TARGETS);
    for (const target of GRADED) requireFiniteValues(pythonFloats(submission.column(target), target), target);
  },
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, ...TARGETS);
    alignById(submission, answers, ID);
    const keep = answers.column("keep").numbers();
    const labels = rowLabels(submission, answers.height);
    const answerRows = Array.from(answers.sortOrder(ID)).filter((row) => keep[row] === 1);
    const submissionRows = Array.from(submission.sortOrder(ID)).filter((row) => keep[labels[row]!] === 1);
    return meanColumnRmse(
      GRADED.map((target) => answers.column(target).take(answerRows).numbers()),
      GRADED.map((target) => {
        const values = pythonFloats(submission.column(target).take(submissionRows), target);
        requireFiniteValues(values, target);
        return values;
      }),
    );
  },
});

/** Where each row stands in the file; what pandas takes for an index (one field more than the header has) is it instead. */
function rowLabels(submission: DataFrame, height: number): Float64Array {
  const [level, ...others] = submission.indexLevels();
  const labels =
    others.length === 0 && level?.column.isNumeric && level.column.kind !== "bool" ? level.column.numbers() : undefined;
  const isRow = (label: number) => Number.isInteger(label) && label >= 0 && label < height;
  if (labels?.every(isRow)) return labels;
  throw new InvalidSubmissionError(
    "Rows have more fields than the header has names, and what stands in front is no row number; leave it out.",
  );
}
