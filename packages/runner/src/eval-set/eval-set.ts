import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type EvalLogInfo,
  listEvalLogs,
  openLogDirectory,
  readEvalSampleSummaries,
  shortUuid,
} from "@mlebench/eval-log";
import { resolveModel } from "@mlebench/models";
import { UsageError } from "../errors.js";
import { planOfRun } from "../plan/plan-of-run.js";
import { finishedSamples } from "../resume/finished-samples.js";
import { checkEvalSetOptions } from "../run/check-run-options.js";
import { runEval } from "../run/run-eval.js";
import { identityDifference, identityOfLog, identityOfRun } from "../run/run-identity.js";
import type { RunEvalOptions } from "../run/run-options.js";
import type { RunResult } from "../run/run-result.js";
import type { Task } from "../task/mle-bench.js";

/** What {@link evalSet} takes. */
export interface EvalSetOptions extends Omit<RunEvalOptions, "task" | "model" | "resumeLog" | "logDir"> {
  readonly tasks: readonly Task[];
  readonly models: readonly (string | Exclude<RunEvalOptions["model"], string>)[];
  /** A folder of its own: what is in it is what the set has done. */
  readonly logDir: string;
  /** Rounds over what is unfinished, after the first. @default 10 */
  readonly retryAttempts?: number;
  /** Before the second further round; doubles up to an hour. The first follows at once. @default 30 */
  readonly retryWaitSeconds?: number;
  readonly onRound?: (round: EvalSetRound) => void;
}

/** A round over what is unfinished, told before it begins. */
export interface EvalSetRound {
  /** Counted from 1. */
  readonly round: number;
  /** Runs that are still to be finished. */
  readonly unfinished: number;
  readonly waitSeconds: number;
}

/** How a set ended. */
export interface EvalSetResult {
  /** True when every run of the set is complete. */
  readonly success: boolean;
  readonly runs: readonly EvalSetRun[];
}

/** One task with one model. */
export interface EvalSetRun {
  readonly task: string;
  readonly model: string;
  readonly logPath?: string;
  /** `done` when an earlier call had finished it. */
  readonly status: "done" | "success" | "error" | "cancelled" | "failed";
  readonly result?: RunResult;
  /** What kept the run from starting. */
  readonly error?: unknown;
}

/** Those that a run has not. */
const OWN_OPTIONS = { tasks: true, models: true, retryAttempts: true, retryWaitSeconds: true, onRound: true } as const;
const LONGEST_WAIT_SECONDS = 3600;

/**
 * Runs every task with every model into one folder, finishing what an earlier call left: complete runs are skipped,
 * unfinished logs are resumed, new tasks, models, epochs and samples are only added.
 * @throws ModelError, UsageError before anything runs, for what no further round would mend.
 */
export async function evalSet(options: EvalSetOptions): Promise<EvalSetResult> {
  checkEvalSetOptions(options, OWN_OPTIONS);
  const { tasks, models, logDir, retryAttempts = 10, retryWaitSeconds = 30, onRound, ...run } = options;
  await openLogDirectory(logDir);
  const evalSetId = await openSetId(logDir);
  const wanted = tasks.flatMap((task) => models.map((model) => ({ task, model, name: modelName(model) })));
  refuseDoubles(wanted);
  const runs = new Map<(typeof wanted)[number], EvalSetRun>();
  for (let round = 1; round <= retryAttempts + 1; round += 1) {
    const logs = await listEvalLogs(logDir, { recursive: false });
    const todo: { readonly each: Wanted; readonly logPath: string | undefined }[] = [];
    for (const each of wanted) {
      const { task, model, name } = each;
      const found = await findLog(logs, { ...run, task, model });
      if (!found?.isComplete) todo.push({ each, logPath: found?.path });
      else runs.set(each, runs.get(each) ?? { task: task.name, model: name, logPath: found.path, status: "done" });
    }
    if (todo.length === 0 || options.signal?.aborted) break;
    if (round === 1)
      await checkModels(
        todo.map(({ each }) => each),
        options,
      );
    // As in Inspect: the first retry at once, then longer and longer waits.
    const waitSeconds = round < 3 ? 0 : Math.min(LONGEST_WAIT_SECONDS, retryWaitSeconds * 2 ** (round - 3));
    onRound?.({ round, unfinished: todo.length, waitSeconds });
    await pause(waitSeconds, options.signal);
    for (const { each, logPath } of todo) {
      if (options.signal?.aborted) break;
      runs.set(each, await runOne(each, logPath, { ...run, logDir, evalSetId }));
    }
  }
  const all = wanted.map(
    (each): EvalSetRun => runs.get(each) ?? { task: each.task.name, model: each.name, status: "cancelled" },
  );
  await writeIndex(logDir, evalSetId, all);
  return { success: all.every(({ status }) => status === "done" || status === "success"), runs: all };
}

/** A model that can't be opened is a mistake of the call: told before the first run, not retried for hours. */
async function checkModels(todo: readonly Wanted[], { env, modelOptions }: EvalSetOptions): Promise<void> {
  for (const { model } of todo) if (typeof model === "string") await resolveModel(model, { env, ...modelOptions });
}

interface Wanted {
  readonly task: Task;
  readonly model: RunEvalOptions["model"];
  readonly name: string;
}

async function runOne(
  { task, model, name }: Wanted,
  resumeLog: string | undefined,
  options: Omit<RunEvalOptions, "task" | "model" | "resumeLog">,
): Promise<EvalSetRun> {
  try {
    const result = await runEval({
      ...options,
      task,
      model,
      ...(resumeLog === undefined ? {} : { resumeLog, extendLog: true }),
    });
    // A run may succeed as a whole with errored samples left out; a set wants them all.
    const status = result.status === "success" && result.exitCode !== 0 ? "error" : result.status;
    return { task: task.name, model: name, logPath: result.logPath, status, result };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return { task: task.name, model: name, status: options.signal?.aborted ? "cancelled" : "failed", error };
  }
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
    code: "RUNNER_USAGE",
    message: `The set has ${wanted[double]!.task.name} with ${wanted[double]!.name} twice.`,
    hint: "Use --epochs to repeat a run.",
  });
}

async function openSetId(directory: string): Promise<string> {
  const path = join(directory, ".eval-set-id");
  const known = await readFile(path, "utf8").catch(() => "");
  if (known.trim() !== "") return known.trim();
  const id = shortUuid();
  await writeAtomically(path, id);
  return id;
}

async function writeIndex(directory: string, evalSetId: string, runs: readonly EvalSetRun[]): Promise<void> {
  const index = {
    eval_set_id: evalSetId,
    tasks: runs.map(({ task, model, logPath, status }) => ({ task, model, log: logPath, status })),
  };
  await writeAtomically(join(directory, "eval-set.json"), `${JSON.stringify(index, null, 2)}\n`);
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (seconds <= 0 || signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
