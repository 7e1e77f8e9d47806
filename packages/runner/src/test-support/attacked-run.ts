import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readEvalLog } from "@mlebench/eval-log";
import { registerMockScript } from "@mlebench/models";
import type { SandboxProvider } from "@mlebench/sandbox-compose";
import { loadPlugIn } from "../plug-in/load-plug-in.js";
import { runEval } from "../run/run-eval.js";
import type { RunEvalOptions } from "../run/run-options.js";
import type { RunResult } from "../run/run-result.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import type { Solver, SolverContext } from "../task/solver.js";
import { TEST_AGENT_IMAGE } from "./docker-problem.js";

const PLUG_IN = fileURLToPath(new URL("./attacked-plug-in.mjs", import.meta.url));
export const ATTACKED_ID = "attacked-competition";
/** What must not be seen in a sandbox. Kept in halves, so that this file's own text is not what is found. */
export const SECRETS = {
  answers: ["sealed-answer", "5b1f"].join("-"),
  threshold: ["9182", "73645"].join(""),
  kaggleKey: ["sealed-kaggle", "77c2"].join("-"),
  modelKey: ["sealed-model", "90ab"].join("-"),
} as const;

export interface Attacked {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A data directory with answers to be reached for, and an environment with keys. */
export async function makeAttacked(): Promise<Attacked> {
  await loadPlugIn(PLUG_IN);
  registerMockScript("attacker", { turns: [] });
  const directory = await mkdtemp(join(tmpdir(), "mlebench-attacked-"));
  const { rawRows } = (await import(PLUG_IN)) as { rawRows: () => string };
  await mkdir(join(directory, "raw"));
  await writeFile(join(directory, "raw", "all.csv"), rawRows());
  await mkdir(join(directory, "kaggle"));
  await writeFile(
    join(directory, "kaggle", "kaggle.json"),
    JSON.stringify({ username: "somebody", key: SECRETS.kaggleKey }),
    { mode: 0o600 },
  );
  const env = {
    ...process.env,
    KAGGLE_CONFIG_DIR: join(directory, "kaggle"),
    KAGGLE_KEY: SECRETS.kaggleKey,
    KAGGLE_USERNAME: "somebody",
    OPENAI_API_KEY: SECRETS.modelKey,
  };
  return { directory, env };
}

/** What an attacked run may have besides. */
export interface AttackOptions extends Partial<Omit<RunEvalOptions, "task">> {
  readonly epochs?: number;
  readonly params?: MleBenchParams;
}

/** Runs the competition with an attacker in place of the agent. */
export async function runAttacked(
  { directory, env }: Attacked,
  solver: Solver,
  { provider, epochs = 1, params, ...options }: AttackOptions = {},
): Promise<RunResult> {
  return runEval({
    task: await mleBench({
      competitions: [ATTACKED_ID],
      dataDir: join(directory, "data"),
      dockerImageName: TEST_AGENT_IMAGE,
      solver,
      epochs,
      ...params,
    }),
    model: "mock/attacker",
    rawDir: join(directory, "raw"),
    logDir: join(directory, "logs"),
    maxSamples: 1,
    env,
    ...(provider === undefined ? {} : { provider }),
    ...options,
  });
}

/** An attacked run that stays open: its sandbox, with the bridge alive, until `finish`. */
export interface OpenRun {
  readonly context: SolverContext;
  /** Lets the sample end. */
  finish(): Promise<RunResult>;
}

export async function openRun(attacked: Attacked, provider?: SandboxProvider): Promise<OpenRun> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let running: Promise<RunResult> | undefined;
  const context = await new Promise<SolverContext>((resolve, reject) => {
    const solver: Solver = async (state, live) => {
      resolve(live);
      await ended;
      return state;
    };
    running = runAttacked(attacked, solver, provider === undefined ? {} : { provider });
    running.then(({ samples }) => reject(new Error(`the sample ended: ${samples[0]?.summary?.error}`)), reject);
  });
  return {
    context,
    finish() {
      end();
      return running!;
    },
  };
}

/** The text of every file below a folder, and all that its logs hold. */
export async function textBelow(directory: string): Promise<string> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return path.endsWith(".eval") ? JSON.stringify(await readEvalLog(path)) : readFile(path, "latin1");
      }),
  );
  return texts.join("\n");
}

export async function removeAttacked({ directory }: Attacked): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
