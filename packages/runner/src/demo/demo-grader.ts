import { defineGrader, gradeProbabilitiesByAuc } from "@mlebench/grader";
import { DEMO_COMPETITION_ID } from "./demo-competition.js";

/** Area under the ROC curve over the nights of the test set, whatever their order. */
export const demoGrader = defineGrader({
  id: DEMO_COMPETITION_ID,
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "NightId", target: "Frost" }),
});
