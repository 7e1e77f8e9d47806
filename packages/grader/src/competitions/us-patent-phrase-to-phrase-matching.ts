import { alignById, requireColumns, requireFiniteValues, requireNumeric, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { pearson } from "../metrics/correlation.js";

const ID = "id";
const TARGET = "score";

export default defineGrader({
  id: "us-patent-phrase-to-phrase-matching",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireColumns(submission, ID, TARGET);
    const aligned = alignById(submission, answers, ID);
    const predicted = requireNumeric(aligned.submission.column(TARGET), TARGET);
    requireFiniteValues(predicted, TARGET);
    return pearson(predicted, aligned.answers.column(TARGET).numbers());
  },
});
