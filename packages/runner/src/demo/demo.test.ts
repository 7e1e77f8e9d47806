import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog, readEvalSample } from "@mlebench/eval-log";
import { createLocalProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../events.js";
import { runEval } from "../run/run-eval.js";
import type { RunResult } from "../run/run-result.js";
import { mleBench } from "../task/mle-bench.js";
import { DEMO_COMPETITION_ID } from "./demo-competition.js";
import { registerDemo } from "./register-demo.js";

// With bubblewrap the sandbox has the container's paths; without, places of its own and any free port.
describe.each(["auto", "never"] as const)("the demo with bubblewrap %s", (bubblewrap) => {
  let directory: string;
  let result: RunResult;
  const events: RunEvent[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "mlebench-demo-"));
    registerDemo();
    await using provider = createLocalProvider({ bubblewrap });
    result = await runEval({
      task: await mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir: join(directory, "data") }),
      model: "mock/demo",
      provider,
      logDir: join(directory, "logs"),
      onEvent: (event) => events.push(event),
    });
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("ends with a valid submission and a silver medal, and says so", () => {
    expect(result.samples.map(({ summary }) => summary?.error)).toEqual([undefined]);
    expect(result).toMatchObject({ status: "success", exitCode: 0, finishedSamples: 1 });
    expect(result.samples[0]?.report).toMatchObject({
      valid_submission: true,
      above_median: true,
      silver_medal: true,
      gold_medal: false,
    });
    expect(result.results?.scores.map(({ name, metrics }) => [name, metrics["accuracy"]?.value])).toEqual([
      ["valid_submission", 1],
      ["above_median", 1],
      ["any_medal", 1],
    ]);
  });

  it("went through the real validation endpoint: first invalid with the reason, then valid", async () => {
    const calls = events.filter((event) => event.type === "validation-call");
    expect(calls.map((call) => call.type === "validation-call" && call.outcome)).toEqual(["invalid", "valid"]);
    const sample = await readEvalSample(result.logPath, DEMO_COMPETITION_ID, 1);
    expect(sample.metadata).toMatchObject({ validation_calls: 2, validation_calls_invalid: 1 });
    const text = JSON.stringify(sample.messages);
    expect(text).toContain("Submission invalid!");
    expect(text).toContain("Submission is valid.");
    expect(text).not.toMatch(/score["\\: ]+0\.9/);
  });

  it("keeps the submission and the code beside the log, and nothing of the answers in the sandbox", async () => {
    const kept = join(result.artifactsDirectory, `${DEMO_COMPETITION_ID}_epoch_1`);
    expect((await readFile(join(kept, "submission.csv"), "utf8")).split("\n")[0]).toBe("NightId,Frost");
    expect(await readdir(join(kept, "code"))).toEqual(["train.mjs"]);
  });

  it("writes a log with every kind of event in its span", async () => {
    const log = await readEvalLog(result.logPath);
    expect(log.status).toBe("success");
    const kinds = new Set(log.samples?.[0]?.events?.map(({ event }) => event));
    for (const kind of ["span_begin", "span_end", "sample_init", "model", "tool", "sandbox", "score", "info"]) {
      expect(kinds).toContain(kind);
    }
  });
});
