import type { PlugInRegistry } from "../plug-in/plug-in-registry.js";
import { DEMO_COMPETITION } from "./demo-competition.js";
import { demoGrader } from "./demo-grader.js";

/** The part of the demo that the grading process loads. */
export default function demoPlugIn({ registerCompetition, registerGrader }: PlugInRegistry): void {
  registerCompetition(DEMO_COMPETITION);
  registerGrader(demoGrader);
}
