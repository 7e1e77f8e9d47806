import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/eval-log";
import { type ServerReply, startOpenAiServer } from "@mlebench/models/testing";
import { createLocalProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import type { RunEvent } from "../events.js";
import { resumeDefaults } from "../resume/resume-defaults.js";
import { mleBench } from "../task/mle-bench.js";
import { runEval } from "./run-eval.js";
import type { RunEvalOptions } from "./run-options.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-unsent-"));
  registerDemo();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const TURNS: readonly ServerReply[] = [
  { reasoning: "Look first.", toolCalls: [{ name: "bash", arguments: { command: "ls" } }] },
  { toolCalls: [{ name: "submit", arguments: {} }] },
];
/** A conversation by itself: which turn is next is read from the request. */
const replies = ({ body }: { readonly body: Readonly<Record<string, unknown>> }): ServerReply =>
  TURNS[JSON.stringify(body).includes("call_") ? 1 : 0]!;

async function run(url: string, options: Partial<RunEvalOptions> = {}) {
  const events: RunEvent[] = [];
  await using provider = createLocalProvider();
  const result = await runEval({
    task: await mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir: join(directory, "data"), epochs: 2 }),
    model: "openai/o3",
    modelOptions: { baseUrl: url, apiKey: "k" },
    logDir: join(directory, "logs"),
    score: false,
    provider,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const warnings = events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  return { result, warnings, log: await readEvalLog(result.logPath) };
}

describe("an option that the model does not take", () => {
  const generate = { temperature: 0.5, seed: 4, maxTokens: 2000 };

  it("is told once in a run, and the log records what was sent beside what was asked", async () => {
    await using server = await startOpenAiServer({ replies });
    const { result, warnings, log } = await run(server.url, { generate });
    expect(result.status).toBe("success");
    expect(warnings.filter((message) => message.includes("was not sent"))).toEqual([
      "openai/o3 was not sent the option temperature: temperature is not supported for reasoning models.",
      "openai/o3 was not sent the option seed: o3 does not take it.",
    ]);
    expect(log.eval.model_generate_config).toMatchObject({ temperature: 0.5, seed: 4, max_tokens: 2000 });
    expect(log.eval.metadata?.["unsent_generation_options"]).toEqual({
      temperature: "temperature is not supported for reasoning models",
      seed: "o3 does not take it",
    });
    expect(log.samples).toHaveLength(2);
    for (const { events = [] } of log.samples ?? []) {
      const configs = events.flatMap((event) => (event.event === "model" ? [event.config] : []));
      expect(configs).toEqual([{ max_tokens: 2000 }, { max_tokens: 2000 }]);
      const told = events.flatMap((event) =>
        event.event === "info" && event.source === "mlebench" ? [event.data] : [],
      );
      expect(told.filter((data) => JSON.stringify(data).includes("was not sent"))).toEqual(
        warnings.filter((message) => message.includes("was not sent")).map((warning) => ({ warning })),
      );
    }
  });

  it("is part of the run all the same: resuming knows what was asked", async () => {
    await using server = await startOpenAiServer({ replies });
    const stop = new AbortController();
    let first = true;
    const { result } = await run(server.url, {
      generate,
      maxSamples: 1,
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type !== "sample-end" || !first) return;
        first = false;
        stop.abort(new Error("Stop."));
      },
    });
    expect(result.status).toBe("cancelled");
    const { run: defaults } = await resumeDefaults(result.logPath);
    expect(defaults?.generate).toMatchObject(generate);
    const resumed = await run(server.url, { generate, resumeLog: result.logPath });
    expect(resumed.result.status).toBe("success");
    expect(resumed.log.eval.metadata?.["unsent_generation_options"]).toMatchObject({ seed: expect.anything() });
    await expect(run(server.url, { generate: { temperature: 0.7 }, resumeLog: result.logPath })).rejects.toThrow();
  });
});

it("tells once that a server has no responses protocol", async () => {
  await using server = await startOpenAiServer({ replies, without: ["/responses"] });
  const { result, warnings, log } = await run(server.url);
  expect(result.status).toBe("success");
  expect(warnings.filter((message) => message.includes("no responses protocol"))).toHaveLength(1);
  expect(JSON.stringify(log.samples?.[0]?.events)).toContain("no responses protocol");
});
