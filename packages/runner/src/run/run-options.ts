import type { KaggleClient } from "@mlebench/kaggle-client";
import type { GenerationOptions, ResolvedModel, ResolveModelOptions } from "@mlebench/models";
import type { SandboxProvider } from "@mlebench/sandbox-compose";
import type { RunEventListener } from "../events.js";
import type { ModulePaths } from "../plug-in/log-modules.js";
import type { AgentSettings } from "../sample/react-solver.js";
import type { SettingsAt } from "../settings/setting-values.js";
import type { Task } from "../task/mle-bench.js";
import type { TaskArgs } from "../task/parse-task-args.js";

/** What {@link runEval} takes: the settings of the table, and what no text can give. */
export interface RunEvalOptions extends SettingsAt<"run"> {
  /** From mleBench, mleBenchFull or mleBenchLite. */
  readonly task: Task;
  /** `provider/model`, or a model that was resolved already. */
  readonly model: string | ResolvedModel;
  /** How a model given by name is resolved: base URL, retries, connections. */
  readonly modelOptions?: ResolveModelOptions;
  /** Temperature and the like. */
  readonly generate?: GenerationOptions;
  /** Changes to the default agent. */
  readonly agent?: AgentSettings;

  /** Competitions prepared at a time. @default 1 */
  readonly maxPreparations?: number;
  /** Kaggle's client. @default made from this machine's credentials when something has to be downloaded */
  readonly kaggle?: KaggleClient;
  /** Where sandboxes come from, instead of the task's sandboxType. */
  readonly provider?: SandboxProvider;
  /** Paths of the modules that the task's functions were loaded from: the log remembers them for resuming it. */
  readonly modules?: ModulePaths;
  /** The log may be complete, and have fewer epochs or other samples: what is missing is added. @default false */
  readonly extendLog?: boolean;
  /** Joins the logs of an eval set. */
  readonly evalSetId?: string;

  /** Cancels the run: what is finished stays in the log. */
  readonly signal?: AbortSignal;
  readonly onEvent?: RunEventListener;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a run starts from when little was said: taken from a log that is resumed, or the demo's. */
export interface RunDefaults {
  readonly taskName?: string;
  /** In snake_case. */
  readonly taskArgs?: TaskArgs;
  readonly competitions?: readonly string[];
  readonly model?: string;
  readonly run?: Partial<Omit<RunEvalOptions, "task" | "model">>;
}
