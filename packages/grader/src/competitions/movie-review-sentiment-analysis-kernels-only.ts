import { alignById, labelAccuracy, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const ID = "PhraseId";
const TARGET = "Sentiment";

export default defineGrader({
  id: "movie-review-sentiment-analysis-kernels-only",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, TARGET, ID);
    const aligned = alignById(submission, answers, ID);
    return labelAccuracy(aligned.answers.column(TARGET), aligned.submission.column(TARGET), TARGET);
  },
});
