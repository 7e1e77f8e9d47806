import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createEvalLog,
  createRedactor,
  dumpEvalLog,
  listEvalLogs,
  readEvalLog,
  readEvalSample,
  recoverEvalLog,
  resumeEvalLog,
  sumUsage,
  writeEvalLog,
} from "./index.js";
import { exampleSample, exampleSpec } from "./testing/index.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-list-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function written(epochs: number, taskId = "task"): Promise<string> {
  const writer = await createEvalLog({ directory, spec: exampleSpec({ task_id: taskId }) });
  for (let epoch = 1; epoch <= epochs; epoch += 1) await writer.addSample(exampleSample({ epoch }));
  await writer.finish({ status: "success" });
  return writer.path;
}

describe("listEvalLogs", () => {
  it("lists logs below the directory, finished, running and damaged ones, and nothing else", async () => {
    await written(2, "b");
    const running = await createEvalLog({
      directory: join(directory, "deeper"),
      spec: exampleSpec({ created: "2026-12-01T00:00:00+00:00" }),
    });
    await running.addSample(exampleSample());
    await running.addSample(exampleSample({ epoch: 2 }));
    await running.addSample(exampleSample({ epoch: 3 }));
    await writeFile(join(directory, "2026-11-01T00-00-00-00-00_bad_x.eval"), "no log");
    await writeFile(join(directory, "logs.json"), "{}");
    await writeFile(join(directory, "2026-10-01T00-00-00-00-00_odd_x.json"), "[1]");
    await mkdir(join(directory, "folder.eval"));
    const list = await listEvalLogs(directory);
    expect(list.map((info) => (info.readable ? [info.header.status, info.samples] : [info.error.code]))).toEqual([
      ["started", 3],
      ["success", 2],
      ["EVAL_LOG_NOT_A_LOG"],
      ["EVAL_LOG_INVALID"],
    ]);
    expect(await listEvalLogs(directory, { recursive: false })).toHaveLength(3);
    await running[Symbol.asyncDispose]();
  });

  it("says that a directory is none", async () => {
    await expect(listEvalLogs(join(directory, "missing"))).rejects.toMatchObject({ code: "EVAL_LOG_NOT_FOUND" });
  });
});

describe("recoverEvalLog", () => {
  it("saves the samples that are whole of a file cut anywhere, to a log that can be resumed", async () => {
    const whole = await readFile(await written(4));
    for (const share of [0.3, 0.6, 0.9, 1]) {
      const cut = join(directory, "cut.eval");
      const saved = join(directory, `saved-${share}.eval`);
      await writeFile(cut, whole.subarray(0, Math.floor(whole.length * share)));
      const result = await recoverEvalLog(cut, saved);
      const log = await readEvalLog(saved);
      expect(log.status).toBe("started");
      expect(log.samples).toHaveLength(result.samples);
      const writer = await resumeEvalLog(saved);
      await writer.addSample(exampleSample({ epoch: 9 }));
      await writer.finish({ status: "success" });
      expect((await readEvalLog(saved)).samples).toHaveLength(result.samples + 1);
      expect(result.samples).toBe(share === 1 ? 4 : result.samples);
    }
  });

  it("leaves out a member whose bytes were changed", async () => {
    const path = await written(3);
    const bytes = await readFile(path);
    const at = bytes.indexOf("samples/spaceship-titanic_epoch_2.json") + 60;
    bytes.fill(0, at, at + 20);
    await writeFile(path, bytes);
    const saved = join(directory, "saved.eval");
    expect(await recoverEvalLog(path, saved)).toMatchObject({ samples: 2 });
    await expect(recoverEvalLog(path, saved)).rejects.toMatchObject({ code: "EVAL_LOG_EXISTS" });
  });
});

describe("reading", () => {
  it("names the samples there are when one is asked for that is not", async () => {
    const path = await written(1);
    await expect(readEvalSample(path, "other")).rejects.toMatchObject({
      code: "EVAL_LOG_SAMPLE_NOT_FOUND",
      hint: expect.stringContaining("spaceship-titanic epoch 1"),
    });
  });

  it("puts a sample together that is stored as a folder of chunks", async () => {
    const { ZipAppender } = await import("./zip/zip-appender.js");
    const { deflateMember } = await import("./zip/deflate-member.js");
    const path = join(directory, "chunks.eval");
    const zip = await ZipAppender.create(path);
    const members: Record<string, unknown> = {
      "_journal/start.json": { version: 2, eval: exampleSpec(), plan: {} },
      "samples/a_epoch_1/sample.json": {
        id: "a",
        epoch: 1,
        input: "i",
        target: "",
        message_refs: [
          [0, 1],
          [2, 3],
        ],
      },
      "samples/a_epoch_1/metadata.json": { key: "value" },
      "samples/a_epoch_1/skeleton.json": {},
      "samples/a_epoch_1/messages/0.json": [
        { role: "user", content: "0" },
        { role: "user", content: "1" },
      ],
      "samples/a_epoch_1/messages/2.json": [{ role: "user", content: "attachment://1" }],
      "samples/a_epoch_1/attachments/0.json": ["first", "second"],
      "samples/a_epoch_1/events/stats.json": {},
      "samples/a_epoch_1/events/10.json": [{ event: "info", data: "attachment://0" }],
      "samples/a_epoch_1/events/2.json": [{ event: "info", data: 1 }],
    };
    const now = new Date();
    await zip.append(
      await Promise.all(
        Object.entries(members).map(([name, value]) => deflateMember(name, JSON.stringify(value), now)),
      ),
    );
    await zip.close();
    const log = await readEvalLog(path);
    expect(log.samples).toMatchObject([
      {
        id: "a",
        metadata: { key: "value" },
        messages: [{ content: "0" }, { content: "second" }],
        events: [{ data: 1 }, { data: "first" }],
      },
    ]);
    const copy = await createEvalLog({ directory: join(directory, "copy"), spec: exampleSpec() });
    await copy.copySample(path, "a", 1);
    await copy.finish({ status: "success" });
    expect((await readEvalLog(copy.path)).samples).toMatchObject([
      { id: "a", messages: [{ content: "0" }, { content: "second" }] },
    ]);
  });
});

describe("secrets", () => {
  it("never reach the file, wherever they were", async () => {
    const secret = "sk-proj-abcdefghijklmnop";
    const encoded = Buffer.from(`user:${secret}`).toString("base64");
    const text = `${"long text so that it becomes an attachment ".repeat(4)} ${secret} ${encoded}`;
    const writer = await createEvalLog({
      directory,
      spec: exampleSpec({ model_args: { api_key: secret }, metadata: { note: text } }),
      plan: { steps: [{ solver: "react", params: { key: secret } }] },
      redact: createRedactor([secret]),
    });
    await writer.addSample(
      exampleSample({
        metadata: { [secret]: secret },
        store: { deep: [[secret]] },
        messages: [
          {
            role: "assistant",
            content: text,
            tool_calls: [{ id: "1", function: "bash", arguments: { command: text } }],
          },
        ],
        events: [
          { event: "info", data: { text } },
          { event: "tool", id: "1", function: "bash", arguments: { command: text }, result: text },
          { event: "sandbox", action: "exec", cmd: text, output: JSON.stringify({ text }) },
        ],
        error: { message: text, traceback: text, traceback_ansi: text },
        error_retries: [{ message: text, traceback: text, traceback_ansi: text }],
      }),
    );
    await writer.update({
      spec: { tags: [secret] },
      configUpdate: { scope: "task", changes: [{ value: secret }], provenance: { author: secret } },
    });
    const error = { message: text, traceback: text, traceback_ansi: text };
    await writer.finish({ status: "error", error, reductions: [{ scorer: "s", samples: [{ value: secret }] }] });
    let everything = "";
    const { ZipReader } = await import("./zip/zip-reader.js");
    await using zip = await ZipReader.open(writer.path);
    for (const name of zip.entries.keys()) everything += name + (await zip.read(name)).toString("utf8");
    expect(everything).toContain("[redacted]");
    for (const form of [secret, secret.slice(4, -2), encoded.slice(8, -4)]) expect(everything).not.toContain(form);
    for await (const piece of dumpEvalLog(writer.path)) expect(piece).not.toContain(secret);
  });
});

describe("writeEvalLog", () => {
  it("replaces a log by a changed one", async () => {
    const path = await written(2);
    const log = await readEvalLog(path);
    const scored = log.samples?.map((sample) => ({ ...sample, scores: { other: { value: 1 } } })) ?? [];
    await writeEvalLog(
      path,
      { ...log, results: { total_samples: 2, completed_samples: 2, scores: [] } },
      { samples: scored },
    );
    const again = await readEvalLog(path);
    expect(again.samples?.map(({ scores }) => scores)).toMatchObject([
      { other: { value: 1 } },
      { other: { value: 1 } },
    ]);
    expect(again.results?.total_samples).toBe(2);
  });
});

it("adds usage up and leaves absent what nobody reports", () => {
  const one = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
  expect(sumUsage([{ a: one }, { a: { ...one, total_cost: 0.5 }, b: one }, {}])).toEqual({
    a: { input_tokens: 2, output_tokens: 4, total_tokens: 6, total_cost: 0.5 },
    b: one,
  });
});
