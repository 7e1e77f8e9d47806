import { pySplit } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight, textCells, textsOrMissing } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { jaccard } from "../metrics/jaccard.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

const ID = "id";
const TARGET = "PredictionString";

export default defineGrader({
  id: "chaii-hindi-and-tamil-question-answering",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, TARGET, ID);
    const aligned = alignById(submission, answers, ID);
    const guesses = textsOrMissing(aligned.submission.column(TARGET), TARGET);
    return pairwiseMean(
      textCells(aligned.answers.column(TARGET), "").map((truth, row) => {
        const [expected, found] = [words(truth), words(guesses[row] ?? "")];
        return expected.length + found.length === 0 ? 0 : jaccard(expected, found);
      }),
    );
  },
});

function words(text: string): string[] {
  return pySplit(text.toLowerCase());
}
