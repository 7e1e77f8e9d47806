import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import type { Sandbox, SandboxProvider } from "../provider.js";
import {
  type CallResults,
  ORDINARY_WORK,
  REFUSED_ATTEMPTS,
  REFUSED_ON_X64,
  SYSTEM_CALLS_PROGRAM,
} from "../test-support/system-calls.js";
import { bubblewrapProblem } from "./bubblewrap.js";
import { createLocalProvider } from "./provider.js";

const problem = bubblewrapProblem();
if (problem !== undefined) process.stderr.write(`System calls under bubblewrap are not tested: ${problem}\n`);
const attempts = Object.entries(process.arch === "x64" ? { ...REFUSED_ATTEMPTS, ...REFUSED_ON_X64 } : REFUSED_ATTEMPTS);

describe.skipIf(problem !== undefined)(`system calls in a local sandbox with bubblewrap ${problem ?? ""}`, () => {
  let directory: string;
  let provider: SandboxProvider;
  let sandbox: Sandbox;
  let results: CallResults;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "local-calls-"));
    provider = createLocalProvider({ directory, bubblewrap: "require" });
    const spec = parseComposeSpec({ services: { default: { image: "none" } } });
    sandbox = await provider.up(spec, { runId: "calls", name: "calls", onProgress: () => undefined });
    const { stdout, stderr } = await sandbox.exec(["/usr/bin/python3", "-c", SYSTEM_CALLS_PROGRAM]);
    expect(stderr).toBe("");
    results = JSON.parse(stdout) as CallResults;
  });

  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  it.each(attempts)("refuses %s", (attempt, allowed) => {
    expect(allowed).toContain(results[attempt]);
  });

  it.each(Object.entries(ORDINARY_WORK))("leaves alone: %s", async (_name, program) => {
    await sandbox.writeFile("/tmp/work.py", program);
    const result = await sandbox.exec(["/usr/bin/python3", "/tmp/work.py"], { timeoutSeconds: 60 });
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it("leaves alone: Node with a worker and files", async () => {
    const program = `const { Worker } = require("node:worker_threads");
      new Worker("require('node:fs').writeFileSync('/tmp/worker', 'x')", { eval: true }).on("exit", (code) => process.exit(code));`;
    expect(await sandbox.exec(["node", "-e", program], { timeoutSeconds: 60 })).toMatchObject({ exitCode: 0 });
    expect(Buffer.from(await sandbox.readFile("/tmp/worker")).toString()).toBe("x");
  });
});
