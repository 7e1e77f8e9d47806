import { join } from "node:path";
import { shortId } from "@mlebench/base";
import {
  createEvalLog,
  type EvalLogWriter,
  type EvalPlan,
  type EvalSpec,
  isoTime,
  type LogKey,
  openLogDirectory,
  type Redactor,
  resumeEvalLog,
} from "@mlebench/eval-log";
import { scorerSpecs } from "@mlebench/scorer";
import packageJson from "../../package.json" with { type: "json" };
import { recordModules } from "../plug-in/log-modules.js";
import { settingsToLog } from "../settings/log-settings.js";
import { type SettingValues, valuesAt } from "../settings/setting-values.js";
import { loggedSettings } from "../task/logged-settings.js";
import { recordPlace } from "../trust/log-place.js";
import type { ResolvedRun } from "./resolved-run.js";
import type { RunEvalOptions } from "./run-options.js";

/** The version of the Inspect eval that a run is comparable with. */
const TASK_VERSION = 7;

/** Begins the log of a run, or takes up the one that it resumes. */
export async function openLog(
  run: ResolvedRun,
  { runId, redact, key }: { readonly runId: string; readonly redact: Redactor; readonly key?: LogKey },
): Promise<EvalLogWriter> {
  const { options } = run;
  const spec = logSpec(run, runId);
  if (options.resumeLog !== undefined) {
    // A run whose errors were tolerated ended well too; a log that is complete was refused before.
    const writer = await resumeEvalLog(options.resumeLog, { redact, key, evenWhenSuccessful: true });
    const { task_args, task_args_passed, dataset, config } = spec;
    if (options.extendLog) await writer.update({ spec: { task_args, task_args_passed, dataset, config } });
    return writer;
  }
  const directory = run.logDir.path;
  await openLogDirectory(directory);
  const place = recordPlace(directory, loggedSettings(spec, join(directory, "any.eval")));
  return await createEvalLog({
    directory,
    spec: place === undefined ? spec : { ...spec, metadata: { ...spec.metadata, place } },
    fileNamePattern: run.logFilePattern,
    plan: logPlan(run),
    redact,
    key,
  });
}

/** What was run, in the log's words. */
export function logSpec(run: ResolvedRun, runId: string, now: Date = new Date()): EvalSpec {
  const { task, plan, options, maxSamples, maxSandboxes } = run;
  const settings = settingsToLog({ ...settingsOf(options, run), maxSamples, maxSandboxes });
  const base: EvalSpec = {
    run_id: runId,
    created: isoTime(new Date(Math.floor(now.getTime() / 1000) * 1000)).replace(".000", ""),
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
    sandbox: { type: run.sandboxType },
    model: run.model.id,
    model_generate_config: {},
    model_args: {},
    config: { epochs: run.epochs, log_samples: true },
    packages: { "@mlebench/runner": packageJson.version },
    metadata: {
      full_task_version: "7-G",
      task_interface_version: "G",
      task_comparability_version: TASK_VERSION,
      approvers: approversOf(options),
      ...recordModules(run.logDir.path, options.modules, options.approval),
    },
    scorers: scorerSpecs(run.scorers),
  };
  const { metadata, ...merged } = merge(base, settings);
  return { ...merged, metadata: { ...metadata, ...options.metadata } };
}

/** The settings of a run by their names, with the limits that count. The task's parameters stand in its arguments. */
export function settingsOf(
  options: RunEvalOptions,
  { protocol, limits, commandTimeoutSeconds }: Pick<ResolvedRun, "protocol" | "limits" | "commandTimeoutSeconds">,
): SettingValues {
  return {
    ...valuesAt("run", options),
    ...valuesAt("modelOptions", options.modelOptions),
    ...valuesAt("generate", options.generate),
    ...valuesAt("agent", options.agent),
    protocol,
    commandTimeoutSeconds,
    messageLimit: limits.messages ?? null,
    tokenLimit: limits.tokens,
    turnLimit: limits.turns,
    timeLimitSeconds: limits.timeSeconds,
    workingLimitSeconds: limits.workingSeconds,
    costLimit: limits.cost,
  };
}

/** Whoever approves is no setting but a person or a program; a log has the names. */
export function approversOf({ agent }: RunEvalOptions): readonly string[] | undefined {
  return agent?.approvers?.length ? agent.approvers.map(({ name }) => name) : undefined;
}

/** The steps, as the log's plan. */
function logPlan({ solverName, commandTimeoutSeconds, options }: ResolvedRun): EvalPlan {
  return {
    steps: [
      { solver: "prepare", params: {} },
      { solver: solverName, params: { tools: [{ name: "bash", params: { timeout: commandTimeoutSeconds } }] } },
    ],
    config: { ...(settingsToLog(options.generate ?? {})["model_generate_config"] as EvalPlan["config"]) },
  };
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
