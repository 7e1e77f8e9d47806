import { isDeepStrictEqual } from "node:util";
import type { EvalLog, EvalSampleSummary, EvalSpec } from "@mlebench/eval-log";
import { UsageError } from "../errors.js";
import type { PlannedSample, RunPlan } from "../plan/run-plan.js";
import { settingsIdentity, settingsToLog } from "../settings/log-settings.js";
import { protocolDefaults, sampleLimits } from "../settings/protocol.js";
import { isMapping } from "../settings/readers.js";
import { snakeCase } from "../settings/setting.js";
import { rowsOf, settingDefault } from "../settings/setting-values.js";
import { approversOf, settingsOf } from "./log-spec.js";
import type { RunEvalOptions } from "./run-options.js";
import { redactorOf } from "./secrets.js";

/** Parameters that say where data is or how much runs, not what a sample is. */
const NOT_IDENTITY = new Set(
  rowsOf().flatMap(({ name, at, identity }) => (at === "task" && !identity ? [snakeCase(name)] : [])),
);

/** What makes the samples of two runs comparable, by the words for it in a message. */
export type RunIdentity = Readonly<Record<string, unknown>>;

interface RunIdentityOptions {
  /** Runs that differ in their number of epochs alone are the same. @default false */
  readonly ignoreEpochs?: boolean;
}

/** The identity of the run that a log is of. */
export function identityOfLog(spec: EvalSpec, { ignoreEpochs = false }: RunIdentityOptions = {}): RunIdentity {
  const parameters = Object.entries(spec.task_args_passed ?? {}).filter(
    ([name]) => !NOT_IDENTITY.has(name) && !(ignoreEpochs && name === "epochs"),
  );
  const { protocol, ...settings } = settingsIdentity(spec);
  // As they are in a log: without what is undefined.
  return JSON.parse(
    JSON.stringify({
      task: spec.task,
      model: spec.model,
      protocol,
      "task parameters": Object.fromEntries(parameters),
      ...settings,
      approvers: spec.metadata?.["approvers"] ?? null,
    }),
  );
}

/** The identity of a run that is asked for. */
export function identityOfRun(run: RunEvalOptions, options: RunIdentityOptions = {}): RunIdentity {
  const { task, model, protocol = settingDefault("protocol") } = run;
  const defaults = protocolDefaults(protocol);
  const { metadata, ...settings } = settingsToLog(
    settingsOf(run, {
      protocol,
      limits: sampleLimits(run, task.parameters.maxMessages, defaults),
      commandTimeoutSeconds: run.commandTimeoutSeconds ?? defaults.commandTimeoutSeconds,
    }),
  );
  // A log has no secrets: two runs with one each are taken for the same.
  const redact = redactorOf(run);
  const spec: Partial<EvalSpec> = redact({
    ...settings,
    metadata: { ...(metadata as EvalSpec["metadata"]), approvers: approversOf(run) },
    task: task.name,
    model: typeof model === "string" ? model : model.id,
    task_args_passed: task.argsPassed,
  });
  return identityOfLog(spec as EvalSpec, options);
}

/** The first thing in which two runs differ. */
export function identityDifference(before: RunIdentity, now: RunIdentity): string | undefined {
  return Object.keys({ ...before, ...now }).find((key) => !isDeepStrictEqual(before[key], now[key]));
}

/** What is different about one part of two identities, for example `limits differ in token_limit (was 5, now 6)`. */
function describeDifference(what: string, before: unknown, now: unknown): string {
  if (!isMapping(before) || !isMapping(now)) return `${what} was ${shown(before)}, now it is ${shown(now)}`;
  const names = Object.keys({ ...before, ...now }).filter((name) => !isDeepStrictEqual(before[name], now[name]));
  const each = names.map((name) => `${name} (was ${shown(before[name])}, now ${shown(now[name])})`);
  return `${what} differ in ${each.join(", ")}`;
}

function shown(value: unknown): string {
  return value === undefined || value === null ? "not given" : JSON.stringify(value);
}

/**
 * The samples of an earlier log that finished without an error and need not run again.
 * @throws UsageError when the log is of another task, model, parameters, limits or options, or is complete already.
 */
export function resumedSamples(
  logPath: string,
  { header, summaries }: { readonly header: EvalLog; readonly summaries: readonly EvalSampleSummary[] },
  options: RunEvalOptions,
  plan: RunPlan,
): readonly PlannedSample[] {
  refuseOther(logPath, header, options);
  const finished = finishedSamples(summaries, plan);
  // A log whose process was killed after its last sample still wants its results.
  if (finished.length === plan.samples.length && header.status === "success") {
    throw new UsageError({
      code: "RUNNER_RESUME_COMPLETE",
      message: `${logPath} is complete: all ${plan.samples.length} samples finished.`,
      hint: "Look at it with `mlebench log show`, or start a new run.",
    });
  }
  return finished;
}

/** The planned samples that a log has, without those that ended in an error. */
export function finishedSamples(rows: readonly EvalSampleSummary[], plan: RunPlan): readonly PlannedSample[] {
  return plan.samples.filter(({ competitionId, epoch }) =>
    rows.some((row) => String(row.id) === competitionId && row.epoch === epoch && row.error === undefined),
  );
}

function refuseOther(logPath: string, header: EvalLog, options: RunEvalOptions): void {
  const ignoreEpochs = options.extendLog ?? false;
  const before = identityOfLog(header.eval, { ignoreEpochs });
  const now = identityOfRun(options, { ignoreEpochs });
  const what = identityDifference(before, now);
  if (what === undefined) return;
  throw new UsageError({
    code: "RUNNER_RESUME_MISMATCH",
    message: `${logPath} cannot be resumed: its ${describeDifference(what, before[what], now[what])}.`,
    hint: "Resume with the same settings, or start a new run; `mlebench eval-set` adds epochs and competitions to a log.",
  });
}
