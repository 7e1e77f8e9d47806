import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { testRandom } from "@mlebench/base/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEvalLog, readEvalSampleSummaries, resumeEvalLog } from "./index.js";
import { bundleProgram } from "./test-support/bundle-program.js";
import { exampleSample } from "./testing/index.js";

const ROUNDS = 25;

/** Adds samples for ever and says after each that it is on the disk. */
const PROGRAM = `
  import { createEvalLog, resumeEvalLog } from "./index.ts";
  import { exampleSample, exampleSpec } from "./testing/index.ts";
  const [directory, resume] = process.argv.slice(2);
  const writer = resume ? await resumeEvalLog(resume) : await createEvalLog({ directory, spec: exampleSpec() });
  console.log("path " + writer.path);
  for (let epoch = writer.summaries.length + 1; ; epoch += 1) {
    await writer.addSample(exampleSample({ epoch, uuid: "uuid-" + epoch, commandOutput: "x".repeat((epoch * 7919) % 60000) }));
    console.log("added " + epoch);
  }
`;

let directory: string;
let program: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-kill-"));
  program = join(directory, "program.mjs");
  await bundleProgram(PROGRAM, program);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface Killed {
  readonly path: string;
  /** The last sample that was said to be on the disk. */
  readonly added: number;
}

/** Kills the program so many milliseconds after it has said that so many samples are on the disk. */
async function killAfter(samples: number, milliseconds: number, logs: string, resume?: string): Promise<Killed> {
  const child: ChildProcess = spawn(process.execPath, [program, logs, ...(resume ? [resume] : [])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let path = resume ?? "";
  let added = 0;
  let lines = 0;
  let timer: NodeJS.Timeout | undefined;
  if (!child.stdout) throw new Error("no output to read");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("path ")) path = line.slice(5);
    if (line.startsWith("added ")) added = Number(line.slice(6));
    if (lines === samples) timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    lines += 1;
  }
  clearTimeout(timer);
  return { path, added };
}

it(`reads a log whole after a kill at any moment, ${ROUNDS} times over, and goes on in it`, {
  timeout: 300_000,
}, async () => {
  const logs = join(directory, "logs");
  let resume: string | undefined;
  let known = 0;
  const random = testRandom("kills of a log's writer");
  for (let round = 1; round <= ROUNDS; round += 1) {
    // Spread over the steps of an append, whose length is unknown.
    const { path, added } = await killAfter(round % 3, random() * 40, logs, resume);
    known = Math.max(known, added);
    const log = await readEvalLog(path);
    expect(log.status).toBe("started");
    const epochs = (log.samples ?? []).map(({ epoch }) => epoch);
    // Nothing that was said to be there is lost; at most one more had got there before it could be said.
    expect(epochs.length - known).toBeGreaterThanOrEqual(0);
    expect(epochs.length - known).toBeLessThanOrEqual(1);
    expect(epochs).toEqual(epochs.map((_, index) => index + 1));
    known = epochs.length;
    const last = log.samples?.at(-1);
    if (last) expect(last.messages).toHaveLength(exampleSample().messages?.length ?? 0);
    expect((await readEvalSampleSummaries(path)).map(({ uuid }) => uuid)).toEqual(
      epochs.map((epoch) => `uuid-${epoch}`),
    );
    resume = path;
  }
  expect(known).toBeGreaterThan(ROUNDS / 2);
  if (!resume) throw new Error("no log was written");
  const writer = await resumeEvalLog(resume);
  await writer.finish({ status: "success" });
  expect((await readEvalLog(resume, { header: true })).status).toBe("success");
  expect(await readdir(logs)).toHaveLength(1);
});
