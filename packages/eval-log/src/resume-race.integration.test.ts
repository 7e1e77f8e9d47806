import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEvalSampleSummaries } from "./index.js";
import { bundleProgram } from "./test-support/bundle-program.js";

const ROUNDS = 40;

/** Makes logs and waits to be killed; or resumes one log after another at the moments it is told. */
const PROGRAM = `
  import { createEvalLog, resumeEvalLog } from "./index.ts";
  import { exampleSample, exampleSpec } from "./testing/index.ts";
  const [role, where, count] = process.argv.slice(2);
  if (role === "writer") {
    globalThis.writers = [];
    for (let n = 0; n < Number(count); n += 1) {
      const writer = await createEvalLog({ directory: where, spec: exampleSpec({ task_id: "log" + n }) });
      await writer.addSample(exampleSample({ id: "first" }));
      writers.push(writer);
    }
    process.send(writers.map(({ path }) => path));
  } else {
    let writer;
    process.on("message", async ({ path, at }) => {
      if (path === undefined) {
        if (writer) {
          for (const epoch of [1, 2]) await writer.addSample(exampleSample({ id: role, epoch }));
          await writer.finish({ status: "success" });
        }
        process.send("done");
        return;
      }
      while (Date.now() < at);
      try {
        writer = undefined;
        writer = await resumeEvalLog(path);
        process.send("resumed");
      } catch (error) {
        process.send(error.code ?? String(error));
      }
    });
  }
`;

let directory: string;
let program: string;
const processes: ChildProcess[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-race-"));
  program = join(directory, "program.mjs");
  await bundleProgram(PROGRAM, program);
});
afterAll(async () => {
  for (const child of processes) child.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

async function start(...parameters: string[]): Promise<ChildProcess> {
  // A process of a batch system or a container has a folder for temporary files of its own.
  const TMPDIR = await mkdtemp(join(directory, "tmp-"));
  const child = fork(program, parameters, { execArgv: [], env: { ...process.env, TMPDIR } });
  processes.push(child);
  return child;
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await once(child, "message");
  return answer;
}

it(`lets exactly one of three processes continue a log whose writer was killed, ${ROUNDS} times`, async () => {
  const logs = join(directory, "logs");
  const writer = await start("writer", logs, String(ROUNDS));
  const paths = (await answerOf(writer)) as string[];
  const gone = once(writer, "exit");
  writer.kill("SIGKILL");
  await gone;
  const names = ["a", "b", "c"];
  const resumers = await Promise.all(names.map((name) => start(name)));
  for (const path of paths) {
    const ask = async (message: object): Promise<unknown[]> => {
      const answers = resumers.map(answerOf);
      for (const resumer of resumers) resumer.send(message);
      return Promise.all(answers);
    };
    const answers = await ask({ path, at: Date.now() + 15 });
    expect([...answers].sort()).toEqual(["EVAL_LOG_IN_USE", "EVAL_LOG_IN_USE", "resumed"]);
    await ask({});
    const winner = names[answers.indexOf("resumed")] ?? "";
    const samples = (await readEvalSampleSummaries(path)).map(({ id, epoch }) => `${id} ${epoch}`);
    expect(samples).toEqual(["first 1", `${winner} 1`, `${winner} 2`]);
  }
  expect((await readdir(logs)).filter((name) => name.startsWith("."))).toEqual([]);
});
