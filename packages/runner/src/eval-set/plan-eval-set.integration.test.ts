import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerMockScript } from "@mlebench/models";
import { createLocalProvider, type SandboxProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import { type EvalSetOptions, evalSet } from "./eval-set.js";
import { planEvalSet } from "./plan-eval-set.js";

let root: string;
let provider: SandboxProvider;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-eval-set-"));
  provider = createLocalProvider();
  registerDemo();
  registerMockScript("eval-set-sample", {
    turns: [{ bash: "cp data/sample_submission.csv submission/submission.csv" }, { submit: "done" }],
  });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const task = (params: MleBenchParams = {}) =>
  mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir: join(root, "data"), ...params });

async function set(logDir: string, ...params: MleBenchParams[]): Promise<EvalSetOptions> {
  const tasks = await Promise.all(params.map(task));
  return { tasks, models: ["mock/eval-set-sample"], provider, logDir: join(root, logDir), retryAttempts: 0 };
}

it("says what a set would do, and makes nothing", async () => {
  const [plan] = await planEvalSet(await set("planned", { epochs: 2 }), { epochs: "flag --epochs" });
  expect(plan).toMatchObject({ task: "mle_bench", model: "mock/eval-set-sample" });
  expect(plan?.run).toMatchObject({ epochs: 2, finished: [], sources: { epochs: "flag --epochs" } });
  expect(plan?.logPath).toBeUndefined();
  expect(await readdir(root)).toEqual([]);
});

it("counts what earlier calls finished", async () => {
  const { runs } = await evalSet(await set("begun", { epochs: 1 }));
  const { logPath } = runs[0]!;
  expect(await planEvalSet(await set("begun", { epochs: 1 }))).toEqual([
    { task: "mle_bench", model: "mock/eval-set-sample", logPath, run: undefined },
  ]);
  const [more] = await planEvalSet(await set("begun", { epochs: 3 }));
  expect(more).toMatchObject({ logPath, run: { finished: [{ epoch: 1 }], todo: [{ epoch: 2 }, { epoch: 3 }] } });
});

it("refuses the mistakes of every run before the first one begins", async () => {
  const options = await set("refused", {}, { composeOverrides: { privileged: true } });
  await expect(evalSet(options)).rejects.toMatchObject({ code: "COMPOSE_SPEC_INVALID" });
  expect((await readdir(join(root, "refused"))).filter((name) => name.endsWith(".eval"))).toEqual([]);
});
