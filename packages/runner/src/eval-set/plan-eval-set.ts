import { type EvalLogInfo, isThere, listEvalLogs, readEvalSampleSummaries } from "@mlebench/eval-log";
import { UsageError } from "../errors.js";
import { planOfRun } from "../plan/run-plan.js";
import { checkSharedOptions, SHARED_OPTIONS } from "../run/check-run-options.js";
import { resolveRun } from "../run/resolve-run.js";
import type { ResolvedRun } from "../run/resolved-run.js";
import { finishedSamples, identityDifference, identityOfLog, identityOfRun } from "../run/run-identity.js";
import type { RunEvalOptions } from "../run/run-options.js";
import { survey } from "../run/survey.js";
import { checkSettings, type OptionNames, refuseUnknown, settingNames } from "../settings/check-options.js";
import type { Task } from "../task/mle-bench.js";
import type { EvalSetOptions } from "./eval-set.js";

const OPTIONS: OptionNames<EvalSetOptions> = {
  ...SHARED_OPTIONS,
  ...settingNames("set"),
  tasks: true,
  models: true,
  onRound: true,
};

/** One task with one model of a set. */
export interface Wanted {
  readonly task: Task;
  readonly model: RunEvalOptions["model"];
  /** Of the model. */
  readonly name: string;
}

/** What a set would do about one task with one model. */
export interface EvalSetPlan {
  readonly task: string;
  readonly model: string;
  /** The log that it is or goes into, where there is one already. */
  readonly logPath?: string;
  /** Absent when the log is complete: then nothing is run. */
  readonly run?: ResolvedRun;
}

/**
 * What {@link evalSet} would do with these options; nothing is made, written or contacted.
 * @param sources where settings come from, to be shown.
 * @throws what a run of the set would be refused for.
 */
export async function planEvalSet(
  options: EvalSetOptions,
  sources?: Readonly<Record<string, string>>,
): Promise<EvalSetPlan[]> {
  const plans: EvalSetPlan[] = [];
  for (const { each, logPath, run } of await lookUp(wantedRuns(options), options)) {
    const resolved = run && resolveRun(run, await survey(run), sources);
    plans.push({ task: each.task.name, model: each.name, logPath, run: resolved });
  }
  return plans;
}

/** Every task with every model. @throws UsageError for doubles, and for options that are unknown or of a wrong kind */
export function wantedRuns(options: EvalSetOptions): Wanted[] {
  refuseUnknown(options, OPTIONS, "evalSet");
  checkSettings("set", options, "evalSet");
  checkSharedOptions(options, "evalSet");
  const { tasks, models } = options;
  const wanted = tasks.flatMap((task) => models.map((model): Wanted => ({ task, model, name: modelName(model) })));
  refuseDoubles(wanted);
  return wanted;
}

/** What the folder has of the runs of a set; `run` is absent where the log is complete. */
export async function lookUp(
  wanted: readonly Wanted[],
  options: EvalSetOptions,
): Promise<{ readonly each: Wanted; readonly logPath?: string; readonly run?: RunEvalOptions }[]> {
  const { tasks: _tasks, models: _models, retryAttempts: _a, retryWaitSeconds: _w, onRound: _r, ...shared } = options;
  const logs = (await isThere(options.logDir)) ? await listEvalLogs(options.logDir, { recursive: false }) : [];
  return await Promise.all(
    wanted.map(async (each) => {
      const run = { ...shared, task: each.task, model: each.model };
      const found = await findLog(logs, run);
      if (found?.isComplete) return { each, logPath: found.path };
      return { each, logPath: found?.path, run: { ...run, resumeLog: found?.path, extendLog: found !== undefined } };
    }),
  );
}

/**
 * The log of a run, if there is one: of the same task, model, parameters and limits. How many epochs and which samples it
 * has does not matter; what is missing is added to it.
 */
async function findLog(
  logs: readonly EvalLogInfo[],
  run: RunEvalOptions,
): Promise<{ readonly path: string; readonly isComplete: boolean } | undefined> {
  const wanted = identityOfRun(run, { ignoreEpochs: true });
  const plan = planOfRun(run);
  for (const log of logs) {
    if (!log.readable || !log.path.endsWith(".eval")) continue;
    const { eval: spec, status } = log.header;
    if (identityDifference(identityOfLog(spec, { ignoreEpochs: true }), wanted) !== undefined) continue;
    const finished = finishedSamples(await readEvalSampleSummaries(log.path), plan);
    return { path: log.path, isComplete: status === "success" && finished.length === plan.samples.length };
  }
  return undefined;
}

function modelName(model: RunEvalOptions["model"]): string {
  return typeof model === "string" ? model : model.id;
}

function refuseDoubles(wanted: readonly Wanted[]): void {
  const keys = wanted.map(({ task, name }) => JSON.stringify([task.name, task.argsPassed, name]));
  const double = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (double === -1) return;
  throw new UsageError({
    message: `The set has ${wanted[double]!.task.name} with ${wanted[double]!.name} twice.`,
    hint: "Use --epochs to repeat a run.",
  });
}
