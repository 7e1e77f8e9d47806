import { alignById, pythonFloats, requireExactColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { meanColumnRocAuc } from "../metrics/roc-auc.js";

const ID = "image_id";
const LABELS = ["healthy", "multiple_diseases", "rust", "scab"];

export default defineGrader({
  id: "plant-pathology-2020-fgvc7",
  grade({ submission, answers }) {
    requireSameHeight(submission, answers);
    requireExactColumns(submission, [ID, ...LABELS]);
    const aligned = alignById(submission, answers, ID);
    return meanColumnRocAuc(
      LABELS.map((label) => aligned.answers.column(label).numbers()),
      LABELS.map((label) => pythonFloats(aligned.submission.column(label), label)),
    );
  },
});
