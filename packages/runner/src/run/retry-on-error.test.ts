import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/eval-log";
import { createLocalProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import { mleBench } from "../task/mle-bench.js";
import { runEval } from "./run-eval.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-retry-"));
  registerDemo();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it("runs an errored sample again in a fresh sandbox, and keeps the failed attempt with its events", async () => {
  await using provider = createLocalProvider();
  const found: string[] = [];
  const result = await runEval({
    task: await mleBench({
      competitions: [DEMO_COMPETITION_ID],
      dataDir: join(directory, "data"),
      solver: async function flaky(state, { sandbox }) {
        const { stdout } = await sandbox.exec(["sh", "-c", "ls code; touch code/from-the-attempt-before"]);
        found.push(stdout);
        if (found.length < 3) throw new Error(`attempt ${found.length} fails`);
        await sandbox.exec(["cp", "data/sample_submission.csv", "submission/submission.csv"]);
        return state;
      },
    }),
    model: "mock/default",
    provider,
    logDir: join(directory, "logs"),
    retryOnError: 2,
  });
  expect(found).toEqual(["", "", ""]);
  expect(result).toMatchObject({ status: "success", exitCode: 0, erroredSamples: 0 });
  const [sample] = (await readEvalLog(result.logPath)).samples!;
  expect(sample?.error).toBeUndefined();
  expect(sample?.error_retries?.map(({ message }) => message)).toEqual(["attempt 1 fails", "attempt 2 fails"]);
  expect(sample?.error_retries?.[0]?.events?.map(({ event }) => event)).toContain("error");
  expect(result.samples[0]?.summary).toMatchObject({ retries: 2 });
});
