import type { JsonObject } from "./json.js";
import type { ModelUsage } from "./messages.js";
import type { EvalErrorInfo, Score } from "./outcome.js";
import type { EvalSample, SandboxSpec } from "./sample.js";

/** The samples of a task. */
export interface EvalDataset {
  name?: string;
  location?: string;
  samples?: number;
  sample_ids?: readonly (string | number)[];
  shuffled?: boolean;
}

/** Limits and other settings of a run. */
export interface EvalConfig {
  limit?: number | readonly [number, number];
  sample_id?: string | number | readonly (string | number)[];
  sample_shuffle?: boolean | number;
  epochs?: number;
  epochs_reducer?: readonly string[];
  fail_on_error?: boolean | number;
  continue_on_fail?: boolean;
  retry_on_error?: number;
  score_on_error?: boolean;
  message_limit?: number;
  token_limit?: number;
  turn_limit?: number;
  time_limit?: number;
  working_limit?: number;
  cost_limit?: number;
  max_samples?: number;
  max_tasks?: number;
  max_subprocesses?: number;
  max_sandboxes?: number;
  sandbox_cleanup?: boolean;
  log_samples?: boolean;
  log_realtime?: boolean;
  log_images?: boolean;
  [key: string]: unknown;
}

/** A metric as the task defined it. */
export interface EvalMetricDefinition {
  name: string;
  options?: JsonObject;
}

/** A scorer as the task defined it. */
export interface EvalScorer {
  name: string;
  options?: JsonObject;
  metrics?: readonly EvalMetricDefinition[] | Record<string, readonly EvalMetricDefinition[]>;
  metadata?: JsonObject;
}

/** The revision of the code that ran. */
export interface EvalRevision {
  type: "git";
  origin: string;
  commit: string;
  dirty?: boolean;
}

/** What was run: task, model, data set, configuration. Ids and `created` are filled in when left out. */
export interface EvalSpec {
  eval_id?: string;
  run_id?: string;
  /** ISO 8601 with an offset. */
  created: string;
  task: string;
  task_id: string;
  /** @default 0 */
  task_version?: number | string;
  task_file?: string;
  task_display_name?: string;
  task_registry_name?: string;
  task_attribs?: JsonObject;
  task_args?: JsonObject;
  task_args_passed?: JsonObject;
  solver?: string;
  solver_args?: JsonObject;
  solver_args_passed?: JsonObject;
  eval_set_id?: string;
  tags?: readonly string[];
  dataset: EvalDataset;
  sandbox?: SandboxSpec;
  model: string;
  model_generate_config?: JsonObject;
  model_base_url?: string;
  model_args?: JsonObject;
  model_roles?: JsonObject;
  config: EvalConfig;
  revision?: EvalRevision;
  packages?: Record<string, string>;
  metadata?: JsonObject;
  scorers?: readonly EvalScorer[];
}

/** One solver of the plan. */
export interface EvalPlanStep {
  solver: string;
  params?: JsonObject;
  params_passed?: JsonObject;
}

/** The solvers of a run and how its model generated. */
export interface EvalPlan {
  /** @default "plan" */
  name?: string;
  steps?: readonly EvalPlanStep[];
  finish?: EvalPlanStep;
  config?: JsonObject;
}

/** The value of a metric. */
export interface EvalMetric {
  name: string;
  value: number;
  /** The metric that gave this value among others, such as the bounds of an interval. */
  group?: string;
  params?: JsonObject;
  metadata?: JsonObject;
}

/** One scorer's metrics, for one reducer of the epochs. */
export interface EvalScore {
  /** The key of the score when its value is an object, else the scorer. */
  name: string;
  scorer: string;
  reducer?: string;
  scored_samples?: number;
  unscored_samples?: number;
  params?: JsonObject;
  metrics: Record<string, EvalMetric>;
  metadata?: JsonObject;
}

/** Scores over all samples. */
export interface EvalResults {
  total_samples: number;
  completed_samples: number;
  scores: readonly EvalScore[];
  headline?: { scorer: string; score: string; reducer?: string; metric: string };
  metadata?: JsonObject;
}

/** Each sample's value after its epochs became one. */
export interface EvalSampleReductions {
  scorer: string;
  reducer?: string;
  samples: readonly (Score & { sample_id?: string | number })[];
}

/** When a run was and what its models used. */
export interface EvalStats {
  started_at?: string;
  completed_at?: string;
  model_usage?: Record<string, ModelUsage>;
  role_usage?: Record<string, ModelUsage>;
  connection_limit_history?: readonly JsonObject[];
}

/** How a run ended; `started` when it has not, or was killed. */
export type EvalStatus = "started" | "success" | "cancelled" | "error";

/** A change of the configuration while the run was going. */
export interface ConfigUpdate {
  scope: "task" | "process";
  changes: readonly JsonObject[];
  provenance: JsonObject;
}

/** A whole log: header, results and, when asked for, samples. */
export interface EvalLog {
  version: number;
  status: EvalStatus;
  eval: EvalSpec;
  plan: EvalPlan;
  results?: EvalResults;
  stats: EvalStats;
  error?: EvalErrorInfo;
  invalidated?: boolean;
  tags?: readonly string[];
  metadata?: JsonObject;
  config_updates?: readonly ConfigUpdate[];
  log_updates?: readonly JsonObject[];
  reductions?: readonly EvalSampleReductions[];
  /** Absent when only the header was read. */
  samples?: readonly EvalSample[];
}
