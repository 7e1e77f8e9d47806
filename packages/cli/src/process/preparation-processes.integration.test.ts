import type { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../test-support/run-cli.js";

// Each test starts the command several times, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const PLUG_IN = new URL("../../../runner/src/test-support/preparing-plug-in.mjs", import.meta.url).href;
const PATIENCE = { timeout: 60_000 };

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "mlebench-processes-"));
  await writeFile(join(cwd, "plug-in.mjs"), `export { default } from "${PLUG_IN}";\n`);
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

/** The command line that prepares competitions of the plug-in from raw files in the data directory. */
async function prepareArgs(...names: string[]): Promise<string[]> {
  for (const name of names) {
    await mkdir(join(cwd, "data", `preparing-${name}`, "raw"), { recursive: true });
    await writeFile(join(cwd, "data", `preparing-${name}`, "raw", "all.csv"), "id,y\n1,0\n");
  }
  const ids = names.map((name) => `preparing-${name}`).join(",");
  return ["prepare", "-c", ids, "--plug-in", "plug-in.mjs", "--data-dir", "data"];
}

async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status !== "" && !/\) [ZX] /.test(status);
}

describe("preparations", () => {
  it("run at one time, each in a process of its own", async () => {
    const args = await prepareArgs("meets-one", "meets-two");
    const { exitCode, stdout } = await runCli([...args, "--max-preparations", "2"], { cwd });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("2 of 2 ready")]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGKILL", null],
  ] as const)("end with the command, and so does what they started, after %s", async (signal, exitCode) => {
    const args = await prepareArgs("loops");
    let child: ReturnType<typeof spawn> | undefined;
    const ended = runCli(args, {
      cwd,
      onChild: (started) => {
        child = started;
      },
    });
    const pids = async () => (await readFile(join(cwd, "data", "pids"), "utf8").catch(() => "")).split(" ").map(Number);
    await expect.poll(async () => (await pids()).length, PATIENCE).toBe(2);
    const started = await pids();
    child?.kill(signal);
    expect((await ended).exitCode).toBe(exitCode);
    for (const pid of started) await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  });

  it("make what the others of a group that shares the data directory may change too", async () => {
    const args = await prepareArgs("tells");
    await chmod(join(cwd, "data"), 0o2775);
    expect((await runCli(args, { cwd })).exitCode).toBe(0);
    const prepared = join(cwd, "data", "preparing-tells", "prepared");
    const modes = [prepared, join(prepared, "public"), join(prepared, "private")].map(
      async (path) => (await stat(path)).mode & 0o020,
    );
    expect(await Promise.all(modes)).toEqual([0o020, 0o020, 0o020]);
  });

  it("that need too much memory or break down fail alone, with their own errors", async () => {
    const args = await prepareArgs("allocates", "exits", "tells");
    const { exitCode, stdout, stderr } = await runCli([...args, "--preparation-memory", "300"], { cwd });
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("1 of 3 ready, 2 failed")]);
    expect(stderr).toMatch(
      /preparing-allocates\nerror: .*needed more than 300 MiB[^\n]*\nhint: .*--preparation-memory/,
    );
    expect(stderr).toMatch(/preparing-exits\nerror: The process .* broke down \(exit code 7\)/);
  });
});
