import { type Column, pySplit } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight, shownCell } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { jaccard } from "../metrics/jaccard.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

const ID = "textID";
const TARGET = "selected_text";

export default defineGrader({
  id: "tweet-sentiment-extraction",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const truth = aligned.answers.column(TARGET);
    const predicted = aligned.submission.column(TARGET);
    const scores = Float64Array.from({ length: answers.height }, (_, row) => {
      const expected = words(truth, row);
      const found = words(predicted, row);
      if (expected.size + found.size > 0) return jaccard(found, expected);
      throw new InvalidSubmissionError(
        `The text of ${shownCell(aligned.submission.column(ID), row)} must have at least one word, as the true text has none.`,
      );
    });
    return pairwiseMean(scores);
  },
});

function words(column: Column, row: number): Set<string> {
  return column.isMissing(row) ? new Set() : new Set(pySplit(column.text(row).toLowerCase()));
}
