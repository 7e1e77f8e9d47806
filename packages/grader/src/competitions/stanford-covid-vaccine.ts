import { alignById, pythonFloats, requireColumns, requireFiniteValues, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { meanColumnRmse } from "../metrics/regression-errors.js";

const ID = "id_seqpos";
/** All five are required, three are graded. */
const TARGETS = ["reactivity", "deg_Mg_pH10", "deg_pH10", "deg_Mg_50C", "deg_50C"];
const GRADED = ["reactivity", "deg_Mg_pH10", "deg_Mg_50C"];

/**
 * Rows are kept by their place in the file: the sorted submission keeps a row when the answers keep the row that stands
 * at the same place of their file. In the answers' own order that is the row itself.
 */
export default defineGrader({
  id: "stanford-covid-vaccine",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, ...TARGETS);
    alignById(submission, answers, ID);
    const keep = answers.column("keep").numbers();
    const kept = (order: ArrayLike<number>) => Array.from(order).filter((row) => keep[row] === 1);
    const answerRows = kept(answers.sortOrder(ID));
    const submissionRows = kept(submission.sortOrder(ID));
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
