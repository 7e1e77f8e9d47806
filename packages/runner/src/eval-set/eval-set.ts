import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { shortId, sleep, writeAtomically } from "@mlebench/base";
import { openLogDirectory } from "@mlebench/eval-log";
import { resolveModel } from "@mlebench/models";
import { UsageError } from "../errors.js";
import { resolveRun } from "../run/resolve-run.js";
import { runEval } from "../run/run-eval.js";
import type { RunEvalOptions } from "../run/run-options.js";
import type { RunResult } from "../run/run-result.js";
import { survey } from "../run/survey.js";
import { type SettingsAt, settingDefault } from "../settings/setting-values.js";
import type { Task } from "../task/mle-bench.js";
import { lookUp, type Wanted, wantedRuns } from "./plan-eval-set.js";

/** What {@link evalSet} takes. */
export interface EvalSetOptions
  extends Omit<RunEvalOptions, "task" | "model" | "resumeLog" | "logDir">,
    SettingsAt<"set"> {
  readonly tasks: readonly Task[];
  readonly models: readonly (string | Exclude<RunEvalOptions["model"], string>)[];
  /** A folder of its own: what is in it is what the set has done. */
  readonly logDir: string;
  readonly onRound?: (round: EvalSetRound) => void;
}

/** A round over what is unfinished, reported before it begins. */
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

const LONGEST_WAIT_SECONDS = 3600;

/**
 * Runs every task with every model into one folder, finishing what an earlier call left: complete runs are skipped,
 * unfinished logs are resumed, new tasks, models, epochs and samples are only added.
 * @throws ModelError, UsageError before anything runs, for what no further round would fix.
 */
export async function evalSet(options: EvalSetOptions): Promise<EvalSetResult> {
  const { logDir, onRound, signal } = options;
  const { retryAttempts = settingDefault("retryAttempts"), retryWaitSeconds = settingDefault("retryWaitSeconds") } =
    options;
  const wanted = wantedRuns(options);
  await openLogDirectory(logDir);
  const evalSetId = await openSetId(logDir);
  const runs = new Map<Wanted, EvalSetRun>();
  for (let round = 1; round <= retryAttempts + 1; round += 1) {
    const todo: { readonly each: Wanted; readonly run: RunEvalOptions }[] = [];
    for (const { each, logPath, run } of await lookUp(wanted, { ...options, evalSetId })) {
      if (run) todo.push({ each, run });
      else runs.set(each, runs.get(each) ?? { task: each.task.name, model: each.name, logPath, status: "done" });
    }
    if (todo.length === 0 || signal?.aborted) break;
    if (round === 1) for (const { run } of todo) await refuseMistakes(run);
    // As in Inspect: the first retry at once, then longer and longer waits.
    const waitSeconds = round < 3 ? 0 : Math.min(LONGEST_WAIT_SECONDS, retryWaitSeconds * 2 ** (round - 3));
    onRound?.({ round, unfinished: todo.length, waitSeconds });
    if (waitSeconds > 0) await sleep(waitSeconds * 1000, signal).catch(() => undefined);
    for (const { each, run } of todo) {
      if (signal?.aborted) break;
      runs.set(each, await runOne(each, run));
    }
  }
  const all = wanted.map(
    (each): EvalSetRun => runs.get(each) ?? { task: each.task.name, model: each.name, status: "cancelled" },
  );
  await writeIndex(logDir, evalSetId, all);
  return { success: all.every(({ status }) => status === "done" || status === "success"), runs: all };
}

/** What is wrong with the call is said before the first run, not retried for hours; so is a model that cannot be opened. */
async function refuseMistakes(run: RunEvalOptions): Promise<void> {
  resolveRun(run, await survey(run));
  const { model, env, modelOptions } = run;
  if (typeof model === "string") await resolveModel(model, { env, ...modelOptions });
}

async function runOne({ task, name }: Wanted, run: RunEvalOptions): Promise<EvalSetRun> {
  try {
    const result = await runEval(run);
    // A run may succeed as a whole with errored samples left out; a set wants them all.
    const status = result.status === "success" && result.exitCode !== 0 ? "error" : result.status;
    return { task: task.name, model: name, logPath: result.logPath, status, result };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return { task: task.name, model: name, status: run.signal?.aborted ? "cancelled" : "failed", error };
  }
}

async function openSetId(directory: string): Promise<string> {
  const path = join(directory, ".eval-set-id");
  const known = await readFile(path, "utf8").catch(() => "");
  if (known.trim() !== "") return known.trim();
  const id = shortId();
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
