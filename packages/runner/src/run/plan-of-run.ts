import { parseLimit } from "../plan/parse-limit.js";
import { makeRunPlan, type RunPlan } from "../plan/run-plan.js";
import type { RunEvalOptions } from "./run-options.js";

/** The samples that a run is asked for. @throws UsageError when there are none. */
export function planOfRun({ task, limit, sampleIds, shuffleSeed }: RunEvalOptions): RunPlan {
  return makeRunPlan({
    competitions: task.competitions,
    epochs: task.parameters.epochs ?? 1,
    limit: limit === undefined ? undefined : parseLimit(limit),
    sampleIds,
    shuffleSeed,
  });
}
