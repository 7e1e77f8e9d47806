import type { TaskArgs } from "../task/parse-task-args.js";
import type { RunEvalOptions } from "./run-options.js";

/** What a run starts from when little was said: taken from a log that is resumed, or the demo's. */
export interface RunDefaults {
  readonly taskName?: string;
  /** In snake_case. */
  readonly taskArgs?: TaskArgs;
  readonly competitions?: readonly string[];
  readonly model?: string;
  readonly run?: Partial<Omit<RunEvalOptions, "task" | "model">>;
}
