import type { RunDefaults } from "../run/run-options.js";
import { DEMO_COMPETITION_ID } from "./demo-competition.js";
import { DEMO_MODEL } from "./demo-model.js";

/** What `run --demo` runs: other plug-ins for competition, model and sandbox, and otherwise the usual path. */
export function demoDefaults(): RunDefaults {
  return {
    taskName: "mle_bench",
    competitions: [DEMO_COMPETITION_ID],
    model: `mock/${DEMO_MODEL}`,
    taskArgs: { sandbox_type: "local" },
  };
}
