import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { readEvalLog } from "@mlebench/eval-log";
import { registerMockScript } from "@mlebench/models";
import { createLocalProvider, mergeCompose, type SandboxProvider } from "@mlebench/sandbox-compose";
import { accuracy, type Scorer } from "@mlebench/scorer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import { runEval } from "./run-eval.js";
import type { RunEvalOptions } from "./run-options.js";

let directory: string;
let provider: SandboxProvider;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-run-eval-"));
  provider = createLocalProvider();
  registerDemo();
  registerMockScript("run-eval-sample", {
    turns: [{ bash: "cp data/sample_submission.csv submission/submission.csv" }, { submit: "done" }],
  });
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});
let runs = 0;
beforeEach(() => {
  runs += 1;
});

async function run(params: MleBenchParams = {}, options: Partial<RunEvalOptions> = {}) {
  const result = await runEval({
    task: await mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir: join(directory, "data"), ...params }),
    model: "mock/run-eval-sample",
    provider,
    logDir: join(directory, `logs-${runs}`),
    ...options,
  });
  return { result, log: await readEvalLog(result.logPath) };
}

describe("runEval", () => {
  it("runs every epoch and reduces them as asked", async () => {
    const { result, log } = await run({ epochs: 3 }, { epochsReducer: ["mean", "at_least_2"], maxSamples: 3 });
    expect(result).toMatchObject({ exitCode: 0, totalSamples: 3, finishedSamples: 3 });
    expect(log.results?.scores.map(({ name, reducer }) => `${name} ${reducer}`)).toEqual([
      "valid_submission mean",
      "above_median mean",
      "any_medal mean",
      "valid_submission at_least_2",
      "above_median at_least_2",
      "any_medal at_least_2",
    ]);
    expect(log.eval.config).toMatchObject({ epochs: 3, message_limit: 30, max_samples: 3 });
  });

  it("takes a solver that is any async function over the sample's state", async () => {
    const { result, log } = await run({
      solver: async function copyIt(state, { sandbox }) {
        await sandbox.exec(["cp", "data/sample_submission.csv", "submission/submission.csv"]);
        return { ...state, output: { completion: "copied" }, metadata: { mine: 1 } };
      },
    });
    expect(result.samples[0]?.report?.valid_submission).toBe(true);
    expect(log.plan.steps?.map(({ solver }) => solver)).toContain("copyIt");
    expect(log.samples?.[0]?.metadata).toMatchObject({ mine: 1 });
  });

  it("ends a solver that never looks at the time limit, and scores what it left", async () => {
    const { result, log } = await run(
      {
        solver: async (state, { sandbox }) => {
          await sandbox.exec(["cp", "data/sample_submission.csv", "submission/submission.csv"]);
          await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
          return state;
        },
      },
      { timeLimitSeconds: 1 },
    );
    expect(log.samples?.[0]?.limit).toMatchObject({ type: "time", limit: 1 });
    expect(result.samples[0]?.report?.valid_submission).toBe(true);
  });

  it("takes scorers of one's own, and makes one that throws an error of the sample, never a zero", async () => {
    const rank: Scorer = {
      name: "raw_score",
      metrics: [accuracy()],
      score: ({ report }) => ({ value: report.score ?? 0 }),
    };
    const good = await run({ scorer: rank });
    expect(good.log.samples?.[0]?.scores?.["raw_score"]?.value).toBe(0.5);
    const broken: Scorer = {
      ...rank,
      score: () => {
        throw new Error("the scorer is broken");
      },
    };
    const bad = await run({ scorer: broken }, { failOnError: false });
    expect(bad.result).toMatchObject({ status: "success", exitCode: 1, erroredSamples: 1 });
    expect(bad.log.samples?.[0]).toMatchObject({ error: { message: "the scorer is broken" } });
    expect(bad.log.samples?.[0]?.scores).toBeUndefined();
  });

  it("lets sandboxConfig change the generated spec", async () => {
    const seen: string[] = [];
    const { log } = await run({
      sandboxConfig: ({ sampleId }, { defaultSpec, sandboxType }) => {
        seen.push(`${sampleId} ${sandboxType}`);
        return mergeCompose(defaultSpec, { services: { default: { environment: { OWN: "here" } } } });
      },
      solver: async (state, { sandbox }) => {
        const { stdout } = await sandbox.exec(["sh", "-c", "echo $OWN $COMPETITION_ID"]);
        return { ...state, store: { stdout } };
      },
    });
    expect(seen).toEqual([`${DEMO_COMPETITION_ID} local`]);
    expect(log.samples?.[0]?.store).toEqual({ stdout: `here ${DEMO_COMPETITION_ID}\n` });
  });

  it("makes a grader that takes too long an error of the sample, never a zero", async () => {
    const { result, log } = await run({}, { gradingTimeoutSeconds: 0.01 });
    expect(result).toMatchObject({ status: "error", exitCode: 1, erroredSamples: 1, finishedSamples: 0 });
    expect(log.samples?.[0]?.error?.message).toContain("took more than 0.01 seconds");
    expect(log.samples?.[0]?.scores).toBeUndefined();
    // What the agent handed in is kept, so that `mlebench score` can grade it with more time.
    expect(log.samples?.[0]?.metadata).toMatchObject({ kept: { submission: true } });
  });

  it("gives the agent the descriptions without the competition's name when asked to", async () => {
    const { log } = await run({}, { obfuscate: true });
    expect(log.eval.metadata).toMatchObject({ obfuscate: true });
  });

  it("makes a grader that breaks an error of the sample", async () => {
    const { result } = await run(
      {
        solver: async (state, { sandbox }) => {
          await sandbox.exec(["cp", "data/sample_submission.csv", "submission/submission.csv"]);
          await rm(join(directory, "data", DEMO_COMPETITION_ID, "prepared", "private"), { recursive: true });
          return state;
        },
      },
      { failOnError: false },
    );
    expect(result).toMatchObject({ erroredSamples: 1, exitCode: 1 });
    await rm(join(directory, "data"), { recursive: true });
  });

  it("keeps secrets of the environment out of the log wherever the agent or the model prints them", async () => {
    const env = {
      OPENAI_API_KEY: "sk-planted-0123456789",
      KAGGLE_KEY: "kaggle-planted-987654",
      MY_TOKEN: "tok-planted-5555",
    };
    const secrets = Object.values(env);
    registerMockScript("run-eval-leak", {
      turns: [
        { text: `my key is ${secrets[0]}`, bash: `echo ${secrets.join(" ")}; echo ${secrets[1]} | base64` },
        { submit: `the answer is ${secrets[2]}` },
      ],
    });
    const { result, log } = await run({}, { model: "mock/run-eval-leak", env, metadata: { note: secrets[0] } });
    const everything = JSON.stringify(log) + unpacked(await readFile(result.logPath));
    for (const secret of secrets) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString("base64").slice(0, 12));
    }
    expect(everything).toContain("[redacted]");
  });

  it("says which protocol was run and what it set", async () => {
    const { result, log } = await run({}, { protocol: "quick" });
    expect(result.protocol).toBe("quick");
    expect(log.eval).toMatchObject({
      metadata: { protocol: "quick", command_timeout: 120 },
      config: { message_limit: 16, time_limit: 600 },
    });
  });
});

/** All members of a zip as text, without trusting our own reader. */
function unpacked(zip: Buffer): string {
  let text = "";
  for (let at = zip.indexOf("PK\x03\x04"); at !== -1; at = zip.indexOf("PK\x03\x04", at + 4)) {
    const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const size = zip.readUInt32LE(at + 18);
    const body = zip.subarray(start, start + size);
    text += zip.readUInt16LE(at + 8) === 8 ? inflateRawSync(body).toString("utf8") : body.toString("utf8");
  }
  return text;
}
