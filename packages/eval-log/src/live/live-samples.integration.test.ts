import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createEvalLog, createRedactor, type EvalEvent, type LiveSamples, openLiveSamples } from "../index.js";
import { findInspect } from "../test-support/find-inspect.js";
import { exampleSample, exampleSpec } from "../testing/index.js";
import { readLiveSamples } from "./live-samples.js";

const SECRET = "sk-live-0123456789abcdef";

let directory: string;
let log: string;
let live: LiveSamples;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-live-"));
  await using writer = await createEvalLog({ directory, spec: exampleSpec() });
  log = writer.path;
  live = await openLiveSamples(log, { redact: createRedactor([SECRET]), intervalSeconds: 1000 });
});
afterEach(async () => {
  await live[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** Events of a sample as they come: the model's second call is under way. */
function eventsOf(turns: number): EvalEvent[] {
  return (exampleSample({ turns }).events ?? []).map((event, index) => ({ ...event, uuid: `event-${index}` }));
}

const summary = (id: string, messages: number) => ({
  id,
  epoch: 1,
  input: `with ${SECRET}`,
  target: "",
  message_count: messages,
});

const buffer = () => join(directory, ".buffer");

describe("running samples", () => {
  it("are listed with what is known of them, and gone once they have ended", async () => {
    const end = live.begin({ summary: () => summary("first", 7), events: () => [] });
    live.begin({ summary: () => summary("second", 2), events: () => eventsOf(1) });
    await live.flush();
    expect(await readLiveSamples(log)).toMatchObject([
      { id: "first", epoch: 1, message_count: 7, completed: false },
      { id: "second", message_count: 2 },
    ]);
    end();
    await live.flush();
    expect((await readLiveSamples(log)).map(({ id }) => id)).toEqual(["second"]);
  });

  it("leave nothing behind at the end of the run, and what a killed run left goes at the next start", async () => {
    live.begin({ summary: () => summary("first", 1), events: () => eventsOf(1) });
    await live.flush();
    await using next = await openLiveSamples(log);
    expect(await readLiveSamples(log)).toEqual([]);
    await next[Symbol.asyncDispose]();
    await live[Symbol.asyncDispose]();
    expect(existsSync(buffer())).toBe(false);
  });

  it("keep no segments of samples that have ended", async () => {
    const ends = ["a", "b", "c"].map((id) => live.begin({ summary: () => summary(id, 1), events: () => eventsOf(1) }));
    await live.flush();
    for (const end of ends) end();
    await live.flush();
    const [name] = await readdir(buffer());
    expect((await readdir(join(buffer(), name!))).filter((file) => file.endsWith(".zip"))).toEqual([]);
  });

  it("are no reason to fail: trouble is told once", async () => {
    const troubles: unknown[] = [];
    await using hindered = await openLiveSamples(join(log, "not-a-folder.eval"), {
      onTrouble: (error) => troubles.push(error),
    });
    hindered.begin({ summary: () => summary("first", 1), events: () => [] });
    await hindered.flush();
    await hindered.flush();
    expect(troubles).toHaveLength(1);
  });
});

/** What `inspect view` asks for: the running samples, and the events of one in two steps. */
const WATCH = `
import json, sys
from inspect_ai.log._recorders.buffer import sample_buffer
from inspect_ai.log._recorders.buffer.buffer import running_tasks
log, directory = sys.argv[1:3]
buffer = sample_buffer(log)
samples = buffer.get_samples()
data = buffer.get_sample_data("first", 1, 0, 0, 0, 0)
print(json.dumps(dict(
    running=running_tasks(directory),
    samples=[[s.id, s.epoch, s.completed, s.message_count] for s in samples.samples],
    data=data.model_dump(),
)))
`;

const python = findInspect();

interface Watched {
  readonly running: string[];
  readonly samples: unknown[];
  readonly data: {
    readonly events: { id: number; event_id: string; event: Record<string, unknown> & { event: string } }[];
    readonly attachments: { hash: string; content: string }[];
    readonly message_pool: { data: string }[];
  };
}

describe.skipIf(!python)("Inspect", { timeout: 180_000 }, () => {
  it("sees the running samples, each event in its last state, and no secret", async () => {
    const all = eventsOf(3);
    const at = all.findLastIndex(({ event }) => event === "model");
    const running = all[at]!;
    running.pending = true;
    const seen = all.slice(0, at + 1);
    seen.push({ event: "info", uuid: "leak", data: { text: `key ${SECRET} in a long text ${"x".repeat(200)}` } });
    live.begin({ summary: () => summary("first", 5), events: () => seen });
    await live.flush();
    delete running.pending;
    await live.flush();
    const { status, stdout, stderr } = spawnSync(python!, ["-c", WATCH, log, directory], { encoding: "utf8" });
    expect(stderr.includes("Error") ? stderr : "").toBe("");
    expect(status).toBe(0);
    const watched: Watched = JSON.parse(stdout);
    expect(watched.running).toHaveLength(1);
    expect(watched.samples).toEqual([["first", 1, false, 5]]);
    const { events, attachments, message_pool: pool } = watched.data;
    // The event that was under way comes twice, the second time complete.
    expect(events.map(({ event_id }) => event_id)).toEqual([...seen.map(({ uuid }) => uuid), running.uuid]);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)!.event["pending"]).toBeUndefined();
    const input = (events.at(-1)!.event["input_refs"] as [number, number][]).flatMap(([from, to]) =>
      pool.slice(from, to),
    );
    const model = running.event === "model" ? running : undefined;
    expect(input).toHaveLength(model!.input.length);
    expect(attachments.length).toBeGreaterThan(0);
    expect(stdout).not.toContain(SECRET);
    expect(stdout).toContain("[redacted]");
  });
});
