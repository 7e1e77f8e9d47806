import type { ReactLimits } from "@mlebench/agent-react";
import { shortId } from "@mlebench/base";
import { type EvalPlan, type EvalSpec, isoTime } from "@mlebench/eval-log";
import type { GenerationOptions } from "@mlebench/models";
import { type Scorer, scorerSpecs } from "@mlebench/scorer";
import { RUNNER_VERSION } from "../package-version.js";
import type { RunPlan } from "../plan/run-plan.js";
import { recordModules } from "../plug-in/log-modules.js";
import { settingsToLog } from "../settings/log-settings.js";
import type { Task } from "../task/mle-bench.js";
import type { ProtocolName } from "../task/protocol.js";
import type { RunEvalOptions } from "./run-options.js";
import { settingsOf } from "./settings-of.js";

/** The version of the Inspect eval that a run is comparable with. */
const TASK_VERSION = 7;

export interface LogSpecOptions {
  readonly task: Task;
  readonly plan: RunPlan;
  readonly runId: string;
  readonly modelId: string;
  readonly options: RunEvalOptions;
  readonly logDir: string;
  readonly limits: ReactLimits;
  readonly protocol: ProtocolName;
  readonly epochs: number;
  readonly scorers: readonly Scorer[];
  readonly sandboxType: string;
  readonly maxSamples: number;
  readonly maxSandboxes: number;
  readonly commandTimeoutSeconds: number;
  readonly now: Date;
}

/** What was run, in the log's words. */
export function logSpec(spec: LogSpecOptions): EvalSpec {
  const { task, plan, options } = spec;
  const settings = settingsToLog({
    ...settingsOf(options, spec),
    maxSamples: spec.maxSamples,
    maxSandboxes: spec.maxSandboxes,
  });
  const base: EvalSpec = {
    run_id: spec.runId,
    created: isoTime(new Date(Math.floor(spec.now.getTime() / 1000) * 1000)).replace(".000", ""),
    task: task.name,
    task_id: shortId(),
    task_version: TASK_VERSION,
    task_display_name: task.name,
    task_registry_name: `inspect_evals/${task.name}`,
    task_args: { ...task.argsPassed },
    task_args_passed: { ...task.argsPassed },
    solver: task.solver && (task.solver.name || "solver"),
    solver_args: options.solverArgs && { ...options.solverArgs },
    eval_set_id: options.evalSetId,
    tags: [],
    dataset: {
      name: task.name,
      samples: plan.competitions.length,
      sample_ids: [...plan.competitions],
      shuffled: plan.shuffled,
    },
    sandbox: { type: spec.sandboxType },
    model: spec.modelId,
    model_generate_config: {},
    model_args: {},
    config: { epochs: spec.epochs, log_samples: true },
    packages: { "@mlebench/runner": RUNNER_VERSION },
    metadata: {
      full_task_version: "7-G",
      task_interface_version: "G",
      task_comparability_version: TASK_VERSION,
      approvers: approversOf(options),
      ...recordModules(spec.logDir, options.modules, options.approval),
    },
    scorers: scorerSpecs(spec.scorers),
  };
  const { metadata, ...merged } = merge(base, settings);
  return { ...merged, metadata: { ...metadata, ...options.metadata } };
}

/** Whoever approves is no setting but a person or a program; a log has the names. */
export function approversOf({ agent }: RunEvalOptions): readonly string[] | undefined {
  return agent?.approvers?.length ? agent.approvers.map(({ name }) => name) : undefined;
}

/** The steps, as the log's plan. */
export function logPlan(solverName: string, commandTimeoutSeconds: number, generate?: GenerationOptions): EvalPlan {
  return {
    steps: [
      { solver: "prepare", params: {} },
      { solver: solverName, params: { tools: [{ name: "bash", params: { timeout: commandTimeoutSeconds } }] } },
    ],
    config: generateConfigOf(generate),
  };
}

/** Generation options in the log's words. */
function generateConfigOf(generate: GenerationOptions = {}): EvalPlan["config"] {
  return { ...(settingsToLog(generate)["model_generate_config"] as EvalPlan["config"]) };
}

/** Mappings of the spec with those of the settings put into them. */
function merge(spec: EvalSpec, settings: Readonly<Record<string, unknown>>): EvalSpec {
  const merged: Record<string, unknown> = { ...spec };
  for (const [key, value] of Object.entries(settings)) {
    const before = merged[key];
    const isMapping = typeof before === "object" && !Array.isArray(before);
    merged[key] = isMapping ? { ...before, ...(value as object) } : value;
  }
  return merged as unknown as EvalSpec;
}
