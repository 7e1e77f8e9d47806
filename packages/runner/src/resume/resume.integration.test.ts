import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog, resumeEvalLog, writeEvalLog } from "@mlebench/eval-log";
import { registerMockScript } from "@mlebench/models";
import { createLocalProvider, type SandboxProvider } from "@mlebench/sandbox-compose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { editedLog } from "../../../eval-log/src/test-support/edit-log.js";
import { loadApprovers } from "../approval/load-approvers.js";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import { evalSet } from "../eval-set/eval-set.js";
import type { RunEvent } from "../events.js";
import { runEval } from "../run/run-eval.js";
import type { RunEvalOptions } from "../run/run-options.js";
import { mleBench } from "../task/mle-bench.js";
import { readLogTrust } from "../trust/log-trust.js";
import { resumeDefaults } from "./resume-defaults.js";

const MODEL = "mock/resume-sample";

let root: string;
let directory: string;
let provider: SandboxProvider;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-resume-"));
  provider = createLocalProvider();
  registerDemo();
  registerMockScript("resume-sample", {
    turns: [{ bash: "cp data/sample_submission.csv submission/submission.csv" }, { submit: "done" }],
  });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  directory = await mkdtemp(join(root, "logs-"));
});

const task = (epochs: number) =>
  mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir: join(root, "data"), epochs, maxMessages: 20 });

async function run(options: Partial<RunEvalOptions> = {}) {
  return runEval({ task: await task(2), model: MODEL, provider, logDir: directory, ...options });
}

describe("a log that was left", () => {
  it("after its last sample and before its results gets these, and runs nothing again", async () => {
    const { logPath } = await run();
    const left = await resumeEvalLog(logPath, { evenWhenSuccessful: true });
    expect((await readEvalLog(logPath, { header: true })).status).toBe("started");
    await left[Symbol.asyncDispose]();
    const started: string[] = [];
    const again = await run({
      resumeLog: logPath,
      onEvent: (event) => void (event.type === "sample-start" && started.push(event.competitionId)),
    });
    expect(started).toEqual([]);
    expect(again).toMatchObject({ status: "success", exitCode: 0, finishedSamples: 2 });
    expect((await readEvalLog(logPath, { header: true })).results).toMatchObject({ completed_samples: 2 });
    await expect(run({ resumeLog: logPath })).rejects.toMatchObject({ code: "RUNNER_RESUME_COMPLETE" });
  });

  it("is not resumed with other settings, whatever they are", async () => {
    const stop = new AbortController();
    const { logPath } = await run({
      signal: stop.signal,
      onEvent: ({ type }) => type === "sample-start" && stop.abort(new Error("Stop.")),
      generate: { temperature: 0.5 },
      tokenLimit: 10_000,
    });
    const { run: before } = await resumeDefaults(logPath);
    const others: [string, Partial<RunEvalOptions>][] = [
      ["limits", { tokenLimit: 20_000 }],
      ["generation options", { generate: { temperature: 1 } }],
      ["protocol", { protocol: "quick", commandTimeoutSeconds: 360 }],
      ["command timeout", { commandTimeoutSeconds: 9 }],
      ["agent's options", { agent: { python: true } }],
      ["task parameters", { task: await task(3) }],
      ["model", { model: "mock/default" }],
    ];
    for (const [what, other] of others) {
      await expect(run({ ...before, ...other })).rejects.toThrow(`its ${what} `);
    }
    await expect(run({ ...before, tokenLimit: 20_000 })).rejects.toThrow(
      "limits differ in token_limit (was 10000, now 20000)",
    );
    expect(await run(before)).toMatchObject({ status: "success", finishedSamples: 2 });
  });

  it("is resumed for the samples whose errors were tolerated", async () => {
    let isBroken = true;
    registerMockScript("resume-broken", ({ turn }) => {
      if (turn === 1 && isBroken) {
        isBroken = false;
        return { error: { status: 400, message: "Refused." } };
      }
      return turn === 1 ? { bash: "cp data/sample_submission.csv submission/submission.csv" } : { submit: "done" };
    });
    const model = "mock/resume-broken";
    const first = await run({ model, maxSamples: 1, failOnError: false });
    expect(first).toMatchObject({ status: "success", erroredSamples: 1, finishedSamples: 1 });
    const { run: before } = await resumeDefaults(first.logPath);
    const second = await run({ ...before, model });
    expect(second).toMatchObject({ status: "success", erroredSamples: 0, finishedSamples: 2, logPath: first.logPath });
    await expect(run({ ...before, model })).rejects.toThrow("is complete");
  });

  it("remembers what its spec may open of the host, so that the user's own log needs no flag again", async () => {
    const stop = new AbortController();
    const { logPath } = await run({
      signal: stop.signal,
      onEvent: ({ type }) => type === "sample-start" && stop.abort(new Error("Stop.")),
      allowHostAccess: ["cap_add:SYS_PTRACE"],
    });
    expect((await resumeDefaults(logPath)).run).toMatchObject({ allowHostAccess: ["cap_add:SYS_PTRACE"] });
  });

  it("remembers who approves, and how and whether was graded", async () => {
    const gate = join(directory, "gate.mjs");
    await writeFile(gate, 'export default () => ({ decision: "approve" });\n');
    const stop = new AbortController();
    const { logPath } = await run({
      signal: stop.signal,
      onEvent: ({ type }) => type === "sample-start" && stop.abort(new Error("Stop.")),
      agent: { approvers: await loadApprovers(gate) },
      approval: gate,
      score: false,
      gradingTimeoutSeconds: 77,
      validationTimeoutSeconds: 33,
      gradingMemoryMiB: 512,
    });
    const { run: before } = await resumeDefaults(logPath);
    expect(before).toMatchObject({
      approval: gate,
      score: false,
      gradingTimeoutSeconds: 77,
      validationTimeoutSeconds: 33,
      gradingMemoryMiB: 512,
    });
    await expect(run(before)).rejects.toThrow('its approvers was ["gate.mjs"], now it is not given');
    const again = await run({ ...before, agent: { approvers: await loadApprovers(before!.approval!) } });
    expect(again).toMatchObject({ status: "success", finishedSamples: 2 });
  });
});

describe("a log that somebody changed or that is somebody else's", () => {
  it("counts with a warning that says what was changed", async () => {
    const { logPath } = await run({ task: await task(1) });
    await editedLog(logPath, logPath, (members) => {
      const name = [...members.keys()].find((each) => each.startsWith("samples/"))!;
      members.set(name, JSON.stringify({ ...JSON.parse(members.get(name)!), scores: {} }));
      members.delete("header.json");
    });
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "warning" && warnings.push(event.message));
    await run({ task: await task(1), resumeLog: logPath, onEvent });
    expect(warnings.join()).toMatch(/changed since it was sealed by you: .*scores edited.*its finished sample counts/);
  });

  it("is found by an eval set, which takes samples from it with a warning, and nothing else", async () => {
    const first = await run({ task: await task(1) });
    const log = await readEvalLog(first.logPath);
    await rm(first.logPath);
    await writeFile(join(directory, "evil.mjs"), `globalThis.PWNED = true;\nexport default () => undefined;\n`);
    const metadata = { ...log.eval.metadata, plug_ins: ["evil.mjs"], modules: { solver: "evil.mjs" } };
    const foreign = { ...log, eval: { ...log.eval, metadata, model_base_url: undefined } };
    await writeEvalLog(join(directory, "foreign.eval"), foreign);
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => void (event.type === "warning" && warnings.push(event.message));
    const set = await evalSet({ tasks: [await task(2)], models: [MODEL], provider, logDir: directory, onEvent });
    expect(set.runs).toMatchObject([{ status: "success", logPath: join(directory, "foreign.eval") }]);
    expect(Reflect.get(globalThis, "PWNED")).toBeUndefined();
    expect(warnings.join()).toContain("foreign.eval: not sealed, it has no seals; its finished sample counts");
    // Nothing of it is the user's now.
    expect((await readLogTrust(join(directory, "foreign.eval"))).isTrusted).toBe(false);
  });
});

describe("an eval set", () => {
  it("adds epochs to a complete log and keeps what is there", async () => {
    const set = async (epochs: number) =>
      evalSet({ tasks: [await task(epochs)], models: [MODEL], provider, logDir: directory });
    const [first] = (await set(1)).runs;
    const uuid = (await readEvalLog(first!.logPath!)).samples![0]!.uuid;
    const [second] = (await set(3)).runs;
    expect(second).toMatchObject({ status: "success", logPath: first!.logPath });
    const log = await readEvalLog(second!.logPath!);
    expect(log.samples?.map(({ epoch }) => epoch).sort()).toEqual([1, 2, 3]);
    expect(log.samples?.find(({ epoch }) => epoch === 1)?.uuid).toBe(uuid);
    expect(log.eval).toMatchObject({ config: { epochs: 3 }, task_args: { epochs: 3 } });
    expect(log.results).toMatchObject({ total_samples: 3, completed_samples: 3 });
    // Fewer of them are there as well.
    expect((await set(2)).runs).toMatchObject([{ status: "done" }]);
  });

  it("takes a run with other settings for another one", async () => {
    const set = async (temperature: number) =>
      evalSet({
        tasks: [await task(1)],
        models: [MODEL],
        provider,
        logDir: directory,
        generate: { temperature },
      });
    const [first] = (await set(0)).runs;
    const [second] = (await set(1)).runs;
    expect(second).toMatchObject({ status: "success" });
    expect(second!.logPath).not.toBe(first!.logPath);
    expect((await set(0)).runs).toMatchObject([{ status: "done", logPath: first!.logPath }]);
  });
});
