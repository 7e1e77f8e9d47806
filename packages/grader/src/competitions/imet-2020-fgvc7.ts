import { alignById, labelSets, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { microF1OfSets } from "../metrics/f-score.js";

const ID = "id";
const TARGET = "attribute_ids";

export default defineGrader({
  id: "imet-2020-fgvc7",
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET);
    requireSameHeight(submission, answers);
    const aligned = alignById(submission, answers, ID);
    const truth = labelSets(aligned.answers.column(TARGET), TARGET);
    return microF1OfSets(truth, labelSets(aligned.submission.column(TARGET), TARGET));
  },
});
