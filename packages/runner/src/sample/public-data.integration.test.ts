import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataPaths, prepareCompetition } from "@mlebench/data-prep";
import { readEvalLog } from "@mlebench/eval-log";
import { registerMockScript } from "@mlebench/models";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { demoSource } from "../demo/demo-source.js";
import { registerDemo } from "../demo/register-demo.js";
import { runEval } from "../run/run-eval.js";
import { mleBench } from "../task/mle-bench.js";
import { dockerProblem, TEST_AGENT_IMAGE } from "../test-support/docker-problem.js";

const problem = await dockerProblem();

describe.skipIf(problem !== undefined)("prepared data in Docker", () => {
  let directory: string;
  let umask: number;
  let scripts = 0;
  beforeEach(async () => {
    umask = process.umask();
    directory = await mkdtemp(join(tmpdir(), "mlebench-public-data-"));
    registerDemo();
  });
  afterEach(async () => {
    process.umask(umask);
    await rm(directory, { recursive: true, force: true });
  });

  /** Submits the sample submission. */
  async function run() {
    const name = `public-data-${++scripts}`;
    const bash = "cp /home/data/sample_submission.csv /home/submission/submission.csv";
    registerMockScript(name, { turns: [{ bash }], end: "submit" });
    const dataDir = join(directory, "data");
    const task = await mleBench({ competitions: [DEMO_COMPETITION_ID], dataDir, dockerImageName: TEST_AGENT_IMAGE });
    const result = await runEval({ task, model: `mock/${name}`, logDir: join(directory, "logs") });
    const sample = (await readEvalLog(result.logPath)).samples?.[0];
    return { report: result.samples[0]?.report, error: sample?.error?.message, messages: sample?.messages ?? [] };
  }

  it("prepared under umask 077 is read by the agent", async () => {
    process.umask(0o077);
    expect(await run()).toMatchObject({ report: { valid_submission: true } });
  });

  it.each([
    ["a file with mode 0600", "sample_submission.csv", 0o600],
    ["a folder with mode 0700", ".", 0o700],
  ])("that the agent cannot read ends the sample before its first turn: %s", async (_what, name, mode) => {
    const dataDir = join(directory, "data");
    await prepareCompetition(DEMO_COMPETITION_ID, { dataDir, download: demoSource });
    await chmod(join(dataPaths(dataDir, DEMO_COMPETITION_ID).publicDir, name), mode);
    const { report, error, messages } = await run();
    expect(report).toBeUndefined();
    expect(error).toMatch(/The agent cannot read \/home\/data.*it runs as nonroot/);
    expect(messages).toEqual([]);
  });

  it("with a link to the answers ends the sample before its sandbox", async () => {
    const dataDir = join(directory, "data");
    await prepareCompetition(DEMO_COMPETITION_ID, { dataDir, download: demoSource });
    const { publicDir, answers } = dataPaths(dataDir, DEMO_COMPETITION_ID);
    await writeFile(join(publicDir, "harmless.txt"), "");
    await symlink(answers, join(publicDir, "planted.csv"));
    expect((await run()).error).toMatch(/planted\.csv is a link that leads out of the public data/);
  });
});
