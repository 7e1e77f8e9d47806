import { pathToFileURL } from "node:url";
import { findCompetition, registerCompetition } from "@mlebench/competitions";
import { registerPreparer } from "@mlebench/data-prep";
import { registerGrader } from "@mlebench/grader";
import { registerMockScript } from "@mlebench/models";
import { builtFile } from "../built-file.js";
import { notePlugIn } from "../plug-in/plug-in-modules.js";
import { registerSource } from "../plug-in/plug-in-registry.js";
import type { RunDefaults } from "../run/run-options.js";
import { DEMO_COMPETITION, DEMO_COMPETITION_ID } from "./demo-competition.js";
import { DEMO_MODEL, DEMO_SCRIPT } from "./demo-model.js";
import { demoGrader } from "./demo-plug-in.js";
import { demoPreparer } from "./demo-preparer.js";
import { demoSource } from "./demo-source.js";

/** Makes the bundled competition and its scripted model known, as any plug-in would. Calling it again does nothing. */
export function registerDemo(): void {
  if (findCompetition(DEMO_COMPETITION_ID)) return;
  registerCompetition(DEMO_COMPETITION);
  registerSource(DEMO_COMPETITION_ID, demoSource);
  registerPreparer(demoPreparer);
  registerGrader(demoGrader);
  registerMockScript(DEMO_MODEL, DEMO_SCRIPT);
  notePlugIn(pathToFileURL(builtFile("demo-plug-in.js")).href, { bundled: true });
}

/** What `run --demo` runs: other plug-ins for competition, model and sandbox, and otherwise the usual path. */
export function demoDefaults(): RunDefaults {
  return {
    taskName: "mle_bench",
    competitions: [DEMO_COMPETITION_ID],
    model: `mock/${DEMO_MODEL}`,
    taskArgs: { sandbox_type: "local" },
  };
}
