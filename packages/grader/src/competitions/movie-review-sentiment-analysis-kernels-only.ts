import { gradeLabelsByAccuracy } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "movie-review-sentiment-analysis-kernels-only",
  grade: ({ submission, answers }) =>
    gradeLabelsByAccuracy(submission, answers, { id: "PhraseId", target: "Sentiment" }),
});
