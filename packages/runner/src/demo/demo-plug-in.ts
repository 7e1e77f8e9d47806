import { defineGrader, gradeProbabilitiesByAuc } from "@mlebench/grader";
import type { PlugInRegistry } from "../plug-in/plug-in-registry.js";
import { DEMO_COMPETITION, DEMO_COMPETITION_ID } from "./demo-competition.js";

/** Area under the ROC curve over the nights of the test set, whatever their order. */
export const demoGrader = defineGrader({
  id: DEMO_COMPETITION_ID,
  grade: ({ submission, answers }) => gradeProbabilitiesByAuc(submission, answers, { id: "NightId", target: "Frost" }),
});

/** The part of the demo that the grading process loads. */
export default function demoPlugIn({ registerCompetition, registerGrader }: PlugInRegistry): void {
  registerCompetition(DEMO_COMPETITION);
  registerGrader(demoGrader);
}
