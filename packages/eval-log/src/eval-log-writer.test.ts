import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createEvalLog,
  listEvalLogs,
  readEvalLog,
  readEvalSample,
  readEvalSampleSummaries,
  resumeEvalLog,
} from "./index.js";
import { exampleSample, exampleSpec } from "./testing/index.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("a log that is being written", () => {
  it("cannot be continued by anyone else until its writer is done with it", async () => {
    const first = await createEvalLog({ directory, spec: exampleSpec() });
    const refused = { code: "EVAL_LOG_IN_USE", message: expect.stringContaining(`process ${process.pid}`) };
    await expect(resumeEvalLog(first.path)).rejects.toMatchObject(refused);
    await first.addSample(exampleSample());
    await first[Symbol.asyncDispose]();
    const second = await resumeEvalLog(first.path);
    await expect(resumeEvalLog(first.path)).rejects.toMatchObject(refused);
    await second.finish({ status: "success" });
    const third = await resumeEvalLog(first.path, { evenWhenSuccessful: true });
    expect(third.summaries).toHaveLength(1);
    await third[Symbol.asyncDispose]();
  });

  it("is not locked by a failed try to continue it", async () => {
    const first = await createEvalLog({ directory, spec: exampleSpec() });
    await first.finish({ status: "success" });
    for (const _ of ["once", "twice"]) {
      await expect(resumeEvalLog(first.path)).rejects.toMatchObject({ code: "EVAL_LOG_FINISHED" });
    }
  });
});

describe("the lock of a log", () => {
  it("is a hidden file beside it that no list shows, gone when the writer is done", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec() });
    const lock = `.${basename(writer.path)}.lock`;
    expect(await readdir(directory)).toContain(lock);
    expect(await listEvalLogs(directory)).toHaveLength(1);
    await writer[Symbol.asyncDispose]();
    const resumed = await resumeEvalLog(writer.path);
    expect(await readdir(directory)).toContain(lock);
    await resumed.finish({ status: "success" });
    expect(await readdir(directory)).toEqual([basename(writer.path)]);
  });

  it("is given back when the log cannot be made", async () => {
    const elsewhere = join(directory, "elsewhere");
    const name = "2026-11-23T23-07-23-00-00_mle-bench_2ZRrBtAXhjyaNE4uoS6c84.eval";
    const spare = join(elsewhere, `.${name}.spare`);
    await mkdir(spare, { recursive: true });
    for (const _ of ["once", "twice"]) {
      await expect(createEvalLog({ directory: elsewhere, spec: exampleSpec() })).rejects.toThrow(spare);
    }
    await rm(spare, { recursive: true });
    await using _made = await createEvalLog({ directory: elsewhere, spec: exampleSpec() });
    const long = { directory, spec: exampleSpec(), fileNamePattern: "x".repeat(400) };
    for (const _ of ["once", "twice"]) {
      await expect(createEvalLog(long)).rejects.toThrow("ENAMETOOLONG");
    }
  });

  it("is made of nothing when there is no log to resume", async () => {
    await expect(resumeEvalLog(join(directory, "missing", "x.eval"))).rejects.toMatchObject({
      code: "EVAL_LOG_NOT_FOUND",
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it("is asked for in a folder where none can be made: the error names the folder", async () => {
    const path = join(directory, "x.eval");
    await writeFile(path, "");
    await mkdir(join(directory, ".x.eval.lock"));
    await expect(resumeEvalLog(path)).rejects.toMatchObject({
      code: "EVAL_LOG_DIRECTORY",
      message: expect.stringContaining(directory),
    });
  });

  it("names the machine of a writer elsewhere, and is taken over when it was not touched for two minutes", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec() });
    await writer[Symbol.asyncDispose]();
    const lock = join(directory, `.${basename(writer.path)}.lock`);
    const owner = { token: "ab", host: "far-away", pid: 7, startTime: "1", pidNamespace: "", since: "" };
    await writeFile(lock, JSON.stringify(owner));
    await expect(resumeEvalLog(writer.path)).rejects.toMatchObject({
      code: "EVAL_LOG_IN_USE",
      message: expect.stringContaining("process 7 on far-away"),
      hint: expect.stringContaining("120 seconds"),
    });
    const longAgo = new Date(Date.now() - 130_000);
    await utimes(lock, longAgo, longAgo);
    const resumed = await resumeEvalLog(writer.path);
    await resumed[Symbol.asyncDispose]();
  });
});

describe("createEvalLog", () => {
  it("names the file as Inspect does and reads as started before the first sample", async () => {
    await using writer = await createEvalLog({ directory, spec: exampleSpec() });
    expect((await readdir(directory)).filter((name) => !name.startsWith("."))).toEqual([
      "2026-11-23T23-07-23-00-00_mle-bench_2ZRrBtAXhjyaNE4uoS6c84.eval",
    ]);
    const log = await readEvalLog(writer.path);
    expect(log).toMatchObject({ version: 2, status: "started", eval: { task: "mle_bench" }, samples: [] });
  });

  it("shows every sample as soon as it is added", async () => {
    await using writer = await createEvalLog({ directory, spec: exampleSpec() });
    for (let epoch = 1; epoch <= 5; epoch += 1) {
      await writer.addSample(exampleSample({ epoch }));
      const summaries = await readEvalSampleSummaries(writer.path);
      expect(summaries.map((row) => row.epoch)).toEqual(Array.from({ length: epoch }, (_, index) => index + 1));
      const sample = await readEvalSample(writer.path, "spaceship-titanic", epoch);
      expect(sample.messages).toMatchObject(exampleSample({ epoch }).messages ?? []);
    }
  });

  it("refuses to write over a log that is there", async () => {
    await using _writer = await createEvalLog({ directory, spec: exampleSpec() });
    await expect(createEvalLog({ directory, spec: exampleSpec() })).rejects.toMatchObject({ code: "EVAL_LOG_EXISTS" });
  });

  it("keeps the last sample of an id and epoch, also in the summaries", async () => {
    await using writer = await createEvalLog({ directory, spec: exampleSpec() });
    await writer.addSample(exampleSample({ uuid: "first" }));
    await writer.addSample(exampleSample({ uuid: "second" }));
    await writer.finish({ status: "success" });
    const log = await readEvalLog(writer.path);
    expect(log.samples?.map(({ uuid }) => uuid)).toEqual(["second"]);
    expect((await readEvalSampleSummaries(writer.path)).map(({ uuid }) => uuid)).toEqual(["second"]);
  });

  it("carries out calls that overlap, one after the other", async () => {
    await using writer = await createEvalLog({ directory, spec: exampleSpec() });
    const epochs = Array.from({ length: 12 }, (_, index) => index + 1);
    await Promise.all(epochs.map((epoch) => writer.addSample(exampleSample({ epoch }))));
    await writer.finish({ status: "success" });
    const log = await readEvalLog(writer.path);
    expect(log.samples?.map(({ epoch }) => epoch).sort((a, b) => a - b)).toEqual(epochs);
  });
});

describe("finish", () => {
  it("writes status, results, reductions and the usage of all samples", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec() });
    await writer.addSample(exampleSample({ epoch: 1 }));
    await writer.addSample(exampleSample({ epoch: 2 }));
    await writer.finish({
      status: "success",
      results: { total_samples: 2, completed_samples: 2, scores: [] },
      reductions: [
        { scorer: "mle_bench_scorer", samples: [{ value: { any_medal: 1 }, sample_id: "spaceship-titanic" }] },
      ],
    });
    const log = await readEvalLog(writer.path, { header: true });
    expect(log.status).toBe("success");
    expect(log.samples).toBeUndefined();
    expect(log.results).toEqual({ total_samples: 2, completed_samples: 2, scores: [] });
    expect(log.stats.model_usage).toEqual({
      "mock/model": { input_tokens: 400, output_tokens: 80, total_tokens: 480 },
    });
    expect(log.reductions?.[0]?.samples[0]).toMatchObject({ sample_id: "spaceship-titanic", history: [] });
  });

  it("leaves no hidden file behind", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec() });
    for (let epoch = 1; epoch <= 3; epoch += 1) await writer.addSample(exampleSample({ epoch }));
    await writer.finish({ status: "cancelled" });
    expect(await readdir(directory)).toHaveLength(1);
  });

  it("refuses samples afterwards", async () => {
    const writer = await createEvalLog({ directory, spec: exampleSpec() });
    await writer.finish({ status: "success" });
    await expect(writer.addSample(exampleSample())).rejects.toMatchObject({ code: "EVAL_LOG_CLOSED" });
  });
});

describe("resumeEvalLog", () => {
  it("goes on in a log that was left open, and in one that ended in an error", async () => {
    const first = await createEvalLog({ directory, spec: exampleSpec() });
    await first.addSample(exampleSample({ epoch: 1 }));
    await first[Symbol.asyncDispose]();

    const second = await resumeEvalLog(first.path);
    expect(second.summaries.map(({ id, epoch }) => ({ id, epoch }))).toEqual([{ id: "spaceship-titanic", epoch: 1 }]);
    await second.addSample(exampleSample({ epoch: 2 }));
    await second.finish({ status: "error", error: { message: "boom", traceback: "boom", traceback_ansi: "boom" } });
    expect((await readEvalLog(first.path)).error?.message).toBe("boom");

    const third = await resumeEvalLog(first.path);
    expect((await readEvalLog(first.path)).status).toBe("started");
    await third.addSample(exampleSample({ epoch: 3 }));
    await third.finish({ status: "success" });
    const log = await readEvalLog(first.path);
    expect(log.status).toBe("success");
    expect(log.error).toBeUndefined();
    expect(log.samples?.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    await expect(resumeEvalLog(first.path)).rejects.toMatchObject({ code: "EVAL_LOG_FINISHED" });
  });

  it("takes finished samples over into another log byte by byte", async () => {
    const old = await createEvalLog({ directory, spec: exampleSpec() });
    await old.addSample(exampleSample({ epoch: 1 }));
    await old.addSample(exampleSample({ epoch: 2 }));
    await old[Symbol.asyncDispose]();
    const fresh = await createEvalLog({ directory, spec: exampleSpec({ task_id: "other" }) });
    await fresh.copySample(old.path, "spaceship-titanic", 2);
    await fresh.finish({ status: "success" });
    expect(await readEvalSample(fresh.path, "spaceship-titanic", 2)).toEqual(
      await readEvalSample(old.path, "spaceship-titanic", 2),
    );
    expect((await readEvalSampleSummaries(fresh.path)).map(({ epoch }) => epoch)).toEqual([2]);
  });
});
