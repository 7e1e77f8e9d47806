import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog, readEvalSampleSummaries } from "@mlebench/eval-log";
import { registerMockScript } from "@mlebench/models";
import { createLocalProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import { mleBench } from "../task/mle-bench.js";
import { runEval } from "./run-eval.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-context-limit-"));
  registerDemo();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it("a full context is the limit of the sample and not the end of its work", async () => {
  registerMockScript("full-context", {
    turns: [
      { bash: "cp data/sample_submission.csv submission/submission.csv" },
      { text: "I have", stopReason: "model_length" },
    ],
  });
  await using provider = createLocalProvider();
  const { logPath, status } = await runEval({
    task: await mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir: join(directory, "data") }),
    model: "mock/full-context",
    logDir: join(directory, "logs"),
    provider,
  });
  expect(status).toBe("success");
  const [sample] = (await readEvalLog(logPath)).samples ?? [];
  const reason = "The conversation no longer fits into the context of the model.";
  expect(sample?.limit).toMatchObject({ type: "context", reason });
  // Inspect's events have no type for it.
  const limits = sample?.events?.filter(({ event }) => event === "sample_limit");
  expect(limits).toEqual([expect.objectContaining({ type: "custom", message: reason })]);
  expect(sample?.scores?.["mle_bench_scorer"]?.value).toMatchObject({ valid_submission: true });
  expect((await readEvalSampleSummaries(logPath))[0]).toMatchObject({ limit: "context" });
});
