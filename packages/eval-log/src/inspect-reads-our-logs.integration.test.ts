import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convertEvalLog, createEvalLog, type EvalLogWriter, readEvalLog, writeEvalLog } from "./index.js";
import { openLogKey } from "./seal/log-key.js";
import { readLogKeys } from "./seal/trusted-keys.js";
import { verifyEvalLog } from "./seal/verify-eval-log.js";
import { findInspect } from "./test-support/find-inspect.js";
import { exampleSample, exampleSpec } from "./testing/index.js";

const python = findInspect();

/** Reads a log with Inspect's own models, attachments resolved, and prints what a user would look at. */
const READ = `
import json, sys
from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries
path = sys.argv[1]
log = read_eval_log(path, resolve_attachments=True)
def sample(s):
    events = s.events
    models = [e for e in events if e.event == "model"]
    return dict(
        id=s.id, epoch=s.epoch, uuid=s.uuid,
        messages=[dict(role=m.role, text=m.text, calls=[[c.function, c.arguments] for c in (getattr(m, "tool_calls", None) or [])]) for m in s.messages],
        scores={k: v.model_dump(exclude_none=True) for k, v in (s.scores or {}).items()},
        usage={k: v.total_tokens for k, v in s.model_usage.items()},
        limit=s.limit and [s.limit.type, s.limit.limit, s.limit.reason],
        error=s.error and s.error.message,
        events=[e.event for e in events],
        inputs=[[m.text for m in e.input] for e in models],
        requests=[len(e.call.request["messages"]) for e in models if e.call],
        outputs=[e.output.choices[0].message.text for e in models],
        results=[e.result for e in events if e.event == "tool"],
        execs=[e.output for e in events if e.event == "sandbox"],
        metadata=s.metadata, store=s.store,
        times=[s.total_time, s.working_time],
    )
print(json.dumps(dict(
    status=log.status, task=log.eval.task, model=log.eval.model, limit=log.eval.config.message_limit,
    results=log.results and log.results.model_dump(exclude_none=True),
    reductions=[r.model_dump(exclude_none=True) for r in (log.reductions or [])],
    usage={k: v.total_tokens for k, v in log.stats.model_usage.items()},
    error=log.error and log.error.message,
    samples=[sample(s) for s in (log.samples or [])],
    summaries=[[s.id, s.epoch, s.completed, s.limit, s.message_count, s.error] for s in read_eval_log_sample_summaries(path)],
)))
`;

function run(command: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr.slice(-2000)}`);
  return stdout;
}

describe.skipIf(!python)("Inspect", { timeout: 180_000 }, () => {
  let directory: string;
  let writer: EvalLogWriter;
  const samples = [
    exampleSample({ turns: 14, commandOutput: `${"long output ".repeat(50)}\ud800 \u0000 NaN 😀` }),
    exampleSample({
      id: "leaf_epoch_classification",
      scores: undefined,
      error: { message: "boom", traceback: "Error: boom", traceback_ansi: "Error: boom" },
      limit: undefined,
      metadata: { ключ: [1, null, "x"] },
    }),
  ];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "eval-log-inspect-"));
    // Sealed, for Inspect must pass over the seals.
    const key = await openLogKey();
    writer = await createEvalLog({ directory, spec: exampleSpec(), plan: { steps: [{ solver: "react" }] }, key });
    for (const sample of samples) await writer.addSample(sample);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const read = (path: string) => json(run(python ?? "", ["-c", READ, path]));
  const inspect = (...args: string[]): string => run(python ?? "", ["-m", "inspect_ai", ...args]);

  it("reads a log that is still being written as started, with its samples and summaries", () => {
    const log = read(writer.path);
    expect(log).toMatchObject({ status: "started", task: "mle_bench", model: "mock/model", limit: 30 });
    expect(log.summaries).toEqual([
      ["spaceship-titanic", 1, true, "message", 30, null],
      ["leaf_epoch_classification", 1, true, null, 6, "boom"],
    ]);
  });

  it("lists a log that is being written once, without its hidden files", () => {
    const list = JSON.parse(inspect("log", "list", "--log-dir", directory, "--json"));
    expect(list.map(({ name }: { name: string }) => name.slice(-writer.path.length))).toEqual([writer.path]);
  });

  it("finds every message, tool call, score, token and limit of a finished log", async () => {
    await writer.finish({
      status: "success",
      results: {
        total_samples: 2,
        completed_samples: 1,
        scores: [
          {
            name: "any_medal",
            scorer: "mle_bench_scorer",
            scored_samples: 1,
            unscored_samples: 1,
            metrics: { accuracy: { name: "accuracy", value: 0.25 }, stderr: { name: "stderr", value: Number.NaN } },
          },
        ],
        headline: { scorer: "mle_bench_scorer", score: "any_medal", metric: "accuracy" },
      },
      reductions: [
        { scorer: "mle_bench_scorer", samples: [{ value: { any_medal: 0.25 }, sample_id: "spaceship-titanic" }] },
      ],
    });
    expect(await verifyEvalLog(writer.path, { keys: await readLogKeys() })).toMatchObject({
      status: "sealed",
      by: "own",
    });
    const log = read(writer.path);
    expect(log).toMatchObject({
      status: "success",
      results: { total_samples: 2, completed_samples: 1, headline: { metric: "accuracy" } },
      reductions: [{ samples: [{ sample_id: "spaceship-titanic", value: { any_medal: 0.25 } }] }],
      usage: { "mock/model": 14 * 120 + 2 * 120 },
    });
    expect(log.results.scores[0].metrics.accuracy.value).toBe(0.25);

    const [first, second] = log.samples.sort(
      (a: { messages: unknown[] }, b: { messages: unknown[] }) => b.messages.length - a.messages.length,
    );
    const ours = samples[0];
    const texts = (ours?.messages ?? []).map(({ content }) => String(content).replace(/\ud800/g, "\ufffd"));
    expect(first.messages.map(({ text }: { text: string }) => text)).toEqual(texts);
    expect(first.messages.flatMap(({ calls }: { calls: unknown[] }) => calls)).toEqual(
      Array.from({ length: 14 }, (_, index) => ["bash", { command: `echo ${index + 1}` }]),
    );
    expect(first.events).toEqual(ours?.events?.map(({ event }) => event));
    // Each model event has the whole conversation before it again, out of the pool.
    expect(first.inputs).toEqual(Array.from({ length: 14 }, (_, turn) => texts.slice(0, 2 + 2 * turn)));
    expect(first.requests).toEqual(Array.from({ length: 14 }, (_, turn) => 2 + 2 * turn));
    expect(first.outputs).toEqual(texts.filter((content) => content.startsWith("Turn ")));
    expect(first.results).toHaveLength(14);
    expect(first.execs[0]).toContain("long output");
    expect(first.scores.mle_bench_scorer).toMatchObject(ours?.scores?.["mle_bench_scorer"] ?? {});
    expect(first).toMatchObject({
      usage: { "mock/model": 14 * 120 },
      limit: ["message", 30, "Message limit reached."],
      times: [28, 27.5],
      error: null,
    });
    expect(second).toMatchObject({ error: "boom", limit: null, scores: {}, metadata: samples[1]?.metadata });
  });

  it("dumps and lists it", () => {
    const dump = json(inspect("log", "dump", writer.path));
    expect(dump.samples).toHaveLength(2);
    expect(inspect("log", "list", "--log-dir", directory, "--json")).toContain(writer.path.slice(directory.length + 1));
    const header = json(inspect("log", "dump", "--header-only", writer.path));
    expect(header).toMatchObject({ status: "success", version: 2 });
  });

  it("converts it, and we read what it made", async () => {
    inspect("log", "convert", writer.path, "--to", "json", "--output-dir", join(directory, "json"));
    inspect("log", "convert", writer.path, "--to", "eval", "--output-dir", join(directory, "eval"));
    const name = writer.path.slice(directory.length + 1);
    const ours = await readEvalLog(writer.path);
    for (const path of [join(directory, "json", name.replace(/eval$/, "json")), join(directory, "eval", name)]) {
      const theirs = await readEvalLog(path);
      expect(theirs.status).toBe("success");
      for (const sample of ours.samples ?? []) {
        const same = theirs.samples?.find(({ id }) => id === sample.id);
        expect(same?.messages).toEqual(sample.messages);
        expect(same?.events?.map(({ event, uuid }) => [event, uuid])).toEqual(
          sample.events?.map(({ event, uuid }) => [event, uuid]),
        );
        expect(same?.scores ?? {}).toEqual(sample.scores ?? {});
      }
    }
  });

  it("reads our conversions, and a log written whole", async () => {
    const expected = read(writer.path);
    const json = join(directory, "ours.json");
    const back = join(directory, "back.eval");
    const whole = join(directory, "whole.eval");
    await convertEvalLog(writer.path, json);
    await convertEvalLog(json, back);
    await writeEvalLog(whole, await readEvalLog(writer.path));
    for (const path of [json, back, whole]) expect(bySample(read(path))).toEqual(bySample(expected));
  });
});

/** Python writes NaN as a bare word. */
function json(text: string) {
  return JSON.parse(text.replace(/: NaN\b/g, ": null"));
}

function bySample(log: { samples: { id: string }[]; summaries: [string][] }) {
  return {
    ...log,
    samples: [...log.samples].sort((a, b) => (a.id < b.id ? -1 : 1)),
    summaries: [...log.summaries].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
  };
}
