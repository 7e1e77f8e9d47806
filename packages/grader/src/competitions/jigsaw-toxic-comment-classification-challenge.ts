import { type Cell, cellKey, type DataFrame } from "@mlebench/frame";
import {
  firstUnequal,
  pythonFloats,
  requireColumns,
  requireFiniteValues,
  requireSameHeight,
  requireSameIds,
  shownCell,
} from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { meanColumnRocAuc } from "../metrics/roc-auc.js";

const ID = "id";
const CLASSES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"];

/**
 * Rows that Kaggle did not score carry -1. The others are paired by position after sorting, the submission's value
 * columns in its own order: ids and class names are checked, but not what stands where.
 */
export default defineGrader({
  id: "jigsaw-toxic-comment-classification-challenge",
  /** Which rows are scored is a secret, so every row must have its id once and numbers. */
  check({ submission, answers }) {
    requireColumns(submission, ID, ...CLASSES);
    requireSameHeight(submission, answers);
    requireSameIds(submission, answers, ID);
    for (const name of submission.columns.filter((column) => column !== ID)) {
      requireFiniteValues(pythonFloats(submission.column(name), name), name);
    }
  },
  grade({ submission, answers }) {
    requireColumns(submission, ID, ...CLASSES);
    requireSameHeight(submission, answers);
    const sorted = { submission: sortIndex(submission), answers: sortIndex(answers) };
    const labels = CLASSES.map((name) => sorted.answers.column(name).numbers());
    const isScored = (row: number) => labels.reduce((sum, column) => sum + column[row]!, 0) >= 0;

    const answerIds = sorted.answers.column(ID);
    const scoredById = new Map<Cell, boolean>();
    for (let row = 0; row < answers.height; row++) scoredById.set(cellKey(answerIds.get(row)), isScored(row));
    const ids = sorted.submission.column(ID);
    const kept = sorted.submission.filter((row) => {
      const scored = ids.isMissing(row) ? undefined : scoredById.get(cellKey(ids.get(row)));
      if (scored !== undefined) return scored;
      throw new InvalidSubmissionError(`The id ${shownCell(ids, row)} is not in the test set.`);
    });
    const scoredAnswers = sorted.answers.filter(isScored);
    if (kept.height !== scoredAnswers.height) {
      throw new InvalidSubmissionError(
        `The submission must have each id once; ${kept.height} of its rows are scored, ${scoredAnswers.height} are expected.`,
      );
    }

    const valueColumns = kept.columns.filter((name) => name !== ID);
    if (valueColumns.length !== CLASSES.length) {
      throw new InvalidSubmissionError(
        `The submission must have ${ID} and the ${CLASSES.length} classes and no other column; it has ${valueColumns.length} beside ${ID}.`,
      );
    }
    const scores = valueColumns.map((name) => {
      // An unscored cell of text makes the column text; the scored ones may still be numbers.
      const values = pythonFloats(kept.column(name), name);
      requireFiniteValues(values, name);
      return values;
    });
    return meanColumnRocAuc(
      CLASSES.map((name) => scoredAnswers.column(name).numbers()),
      scores,
    );
  },
});

/** As pandas' `sort_index`: the unstable sort of `sort_values`, but a table that is in order stays as it is. */
function sortIndex(table: DataFrame): DataFrame {
  const sorted = table.sort(ID);
  const isInOrder = firstUnequal(table.column(ID), sorted.column(ID)) === undefined;
  return isInOrder ? table : sorted;
}
