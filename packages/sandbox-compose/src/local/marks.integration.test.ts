import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseComposeSpec } from "../compose/parse.js";
import type { Sandbox, SandboxProvider } from "../provider.js";
import { evader, evasionsOf } from "../test-support/evader.js";
import { bubblewrapProblem } from "./bubblewrap.js";
import { ownProcessesCommand } from "./own-processes.js";
import { createLocalProvider } from "./provider.js";

const kinds = {
  bubblewrap: bubblewrapProblem(),
  "a process tree of its own": ownProcessesCommand() === undefined ? "unshare makes none" : undefined,
};

describe.each(Object.entries(kinds))("what a command does against its own end, locally with %s", (kind, problem) => {
  let provider: SandboxProvider;
  let sandbox: Sandbox;
  let directory: string;
  let file: string;
  const script = (text: string) => ["sh", "-c", text];
  const beat = async () => (await sandbox.exec(script(`cat ${file} 2>/dev/null`))).stdout;
  const isStill = async () => {
    const before = await beat();
    await sleep(400);
    return (await beat()) === before;
  };

  beforeAll(async () => {
    if (problem !== undefined) return;
    directory = await mkdtemp(join(tmpdir(), "marks-"));
    provider = createLocalProvider({ directory, bubblewrap: kind === "bubblewrap" ? "require" : "never" });
    const spec = parseComposeSpec({ services: { default: { image: "not-used" } } });
    sandbox = await provider.up(spec, { runId: "marks", name: "marks", onProgress: () => undefined });
    file = `${sandbox.paths.home}/beat`;
  });
  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  it
    .skipIf(problem !== undefined)
    .each([
      "lowers RLIMIT_LOCKS",
      "lowers RLIMIT_LOCKS again and again",
      "cannot be dumped",
      "is called like a dead process",
      "starts a successor every moment",
      "lowers RLIMIT_LOCKS and ignores TERM",
    ] as const)("ends at the timeout a local process that %s", async (evasion) => {
    await sandbox.exec(script(`rm -f ${file}*`));
    const program = evader(evasionsOf(file)[evasion], file).replaceAll("'", "'\\''");
    const result = await sandbox.exec(script(`perl -e '${program}' & sleep 60`), { timeoutSeconds: 1.5 });
    expect(result.timedOut).toBe(true);
    expect(await beat()).not.toBe("");
    expect(await isStill()).toBe(true);
  });

  it.skipIf(problem !== undefined)("leaves a parallel local command and an earlier daemon alone", async () => {
    const daemon = `nohup sh -c 'while :; do date +%s%N >${file}.d; mv ${file}.d ${file}; sleep 0.05; done' >/dev/null 2>&1 &`;
    await sandbox.exec(script(daemon));
    const parallel = sandbox.exec(script("sleep 2; echo done"));
    const program = evader(evasionsOf(file)["lowers RLIMIT_LOCKS"], `${file}.evader`).replaceAll("'", "'\\''");
    await sandbox.exec(script(`perl -e '${program}' & sleep 60`), { timeoutSeconds: 1 });
    expect(await isStill()).toBe(false);
    expect(await parallel).toMatchObject({ exitCode: 0, stdout: "done\n" });
  });

  it.skipIf(problem !== undefined)("gives a local command that kills its wrapper as a result", async () => {
    const result = await sandbox.exec(script("kill -KILL $PPID; sleep 1"), { timeoutSeconds: 30 });
    expect(result).toMatchObject({ exitCode: 137, timedOut: false });
    expect((await sandbox.exec(["echo", "well"])).stdout).toBe("well\n");
  });

  it.skipIf(problem !== undefined)("ends a local command that stops its wrapper at its timeout", async () => {
    const result = await sandbox.exec(script("kill -STOP $PPID; sleep 60"), { timeoutSeconds: 1 });
    expect(result).toMatchObject({ exitCode: 124, timedOut: true });
  });
});
