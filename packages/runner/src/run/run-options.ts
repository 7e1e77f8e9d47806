import type { KaggleClient } from "@mlebench/kaggle-client";
import type { GenerationOptions, ResolvedModel, ResolveModelOptions } from "@mlebench/models";
import type { SandboxProvider } from "@mlebench/sandbox-compose";
import type { RunEventListener } from "../events.js";
import type { GradingLimits } from "../grading/bounded-grading.js";
import type { LimitOptions } from "../plan/limits.js";
import type { ModulePaths } from "../plug-in/log-modules.js";
import type { AgentSettings } from "../sample/agent-options.js";
import type { FailOnError } from "../schedule/fail-policy.js";
import type { Task } from "../task/mle-bench.js";
import type { ProtocolName } from "../task/protocol.js";

/** What {@link runEval} takes. */
export interface RunEvalOptions extends LimitOptions, GradingLimits {
  /** From mleBench, mleBenchFull or mleBenchLite. */
  readonly task: Task;
  /** `provider/model`, or a model that was resolved already. */
  readonly model: string | ResolvedModel;
  /** How a model given by name is resolved: base URL, retries, connections. */
  readonly modelOptions?: ResolveModelOptions;
  /** Temperature and the like. */
  readonly generate?: GenerationOptions;
  /** @default "inspect" */
  readonly protocol?: ProtocolName;

  /** `N` or `A-B`. */
  readonly limit?: string;
  /** Shell-style patterns over competition ids. */
  readonly sampleIds?: readonly string[];
  /** Shuffles the competitions with this seed before the limit is applied. */
  readonly shuffleSeed?: number;
  /** How epochs become one value, for example "mean" or "pass_at_2". @default the mean */
  readonly epochsReducer?: readonly string[] | null;

  /** Samples at a time. @default maxConnections, or 10 */
  readonly maxSamples?: number;
  /** Sandboxes at a time. @default twice the CPUs */
  readonly maxSandboxes?: number;
  /** Competitions prepared at a time. @default 1 */
  readonly maxPreparations?: number;
  /** @default true: the first errored sample fails the run */
  readonly failOnError?: FailOnError;
  /** Run all samples before the run fails. @default false */
  readonly continueOnFail?: boolean;
  /** Attempts after a sample's first one failed. @default 0 */
  readonly retryOnError?: number;
  /** Score what an errored sample left. @default false */
  readonly scoreOnError?: boolean;
  /** @default true */
  readonly score?: boolean;
  /** Seconds that one command of the agent may take. @default 360 */
  readonly commandTimeoutSeconds?: number;
  /** Arguments for the task's solver: it finds them in its context. */
  readonly solverArgs?: Readonly<Record<string, unknown>>;
  /** Changes to the default agent. */
  readonly agent?: AgentSettings;
  /** What its approvers were loaded from, as loadApprovers takes it: the log remembers it for resuming it. */
  readonly approval?: string;

  /** Raw files instead of a download: a folder of them, of `<id>.zip`, or of one folder per competition. */
  readonly rawDir?: string;
  /** A folder with upstream's descriptions, for machines without network. */
  readonly assetsDir?: string;
  /** Give the agent the descriptions that don't tell which competition it is. @default false */
  readonly obfuscate?: boolean;
  /** Kaggle's client. @default made from this machine's credentials when something has to be downloaded */
  readonly kaggle?: KaggleClient;
  /** Where sandboxes come from, instead of the task's sandboxType. */
  readonly provider?: SandboxProvider;
  /** Options of the provider that sandboxType names. */
  readonly sandboxOptions?: Readonly<Record<string, unknown>>;
  /** Leave sandboxes up. @default false */
  readonly keepSandboxes?: boolean;

  /** @default "./logs" */
  readonly logDir?: string;
  /** A log to go on with: its finished samples stay, the rest is run. */
  readonly resumeLog?: string;
  /** The log may be complete, and have fewer epochs or other samples: what is missing is added. @default false */
  readonly extendLog?: boolean;
  readonly tags?: readonly string[];
  /** Paths of the modules that the task's functions were loaded from: the log remembers them for resuming it. */
  readonly modules?: ModulePaths;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Joins the logs of an eval set. */
  readonly evalSetId?: string;

  /** Cancels the run: what is finished stays in the log. */
  readonly signal?: AbortSignal;
  readonly onEvent?: RunEventListener;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}
