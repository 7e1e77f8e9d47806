import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "rsna-miccai-brain-tumor-radiogenomic-classification",
  grade: ({ submission, answers }) =>
    gradeProbabilitiesByAuc(submission, answers, { id: "BraTS21ID", target: "MGMT_value" }),
});
