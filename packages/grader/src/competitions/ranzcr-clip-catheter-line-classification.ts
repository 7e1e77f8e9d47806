import { gradeProbabilitiesByAuc, requireColumns } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

const ID = "StudyInstanceUID";
/** The other label columns of the answers are not graded. */
const CLASSES = [
  "ETT - Abnormal",
  "ETT - Borderline",
  "ETT - Normal",
  "NGT - Abnormal",
  "NGT - Borderline",
  "NGT - Incompletely Imaged",
  "NGT - Normal",
  "CVC - Abnormal",
  "CVC - Borderline",
];

export default defineGrader({
  id: "ranzcr-clip-catheter-line-classification",
  grade({ submission, answers }) {
    requireColumns(submission, ...CLASSES);
    const aucs = CLASSES.map((target) => gradeProbabilitiesByAuc(submission, answers, { id: ID, target }));
    return aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
  },
});
