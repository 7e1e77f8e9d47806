import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "siim-isic-melanoma-classification",
  grade: ({ submission, answers }) =>
    gradeProbabilitiesByAuc(submission, answers, { id: "image_name", target: "target" }),
});
