import type { ChildProcess } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../test-support/run-cli.js";

/** Works until it is told otherwise. */
const ENDLESS = `turns:
  - bash: cp data/sample_submission.csv submission/submission.csv
  - bash: "echo ${"long text ".repeat(30)}; sleep 600"
end: repeat
`;

let directory: string;
let killed: string;
let finished: string;

const cli = (...args: string[]) => runCli(args, { cwd: directory });

async function bothSamplesRun(): Promise<boolean> {
  const [log] = JSON.parse((await cli("log", "list", "--status", "started", "--json")).stdout || "[]");
  if (!log) return false;
  killed = log.path;
  const shown = await cli("log", "show", killed, "--json");
  const rows: { message_count: number }[] = JSON.parse(shown.stdout).samples;
  return rows.length === 2 && rows.every((row) => row.message_count >= 5);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-log-commands-"));
  await writeFile(join(directory, "endless.yaml"), ENDLESS);
  const run = ["run", "-c", "demo-frost-alert", "--sandbox-type", "local", "--data-dir", "data", "--json"];
  const short = await cli(...run, "--model", "mock/default");
  finished = JSON.parse(short.stdout).log;
  let child: ChildProcess | undefined;
  const endless = runCli([...run, "--epochs", "2", "--model", "mock/endless.yaml", "--log-dir", "logs/below"], {
    cwd: directory,
    onChild: (started) => {
      child = started;
    },
  });
  let result: CliResult | undefined;
  endless.then((ended) => {
    result = ended;
  });
  while (!(await bothSamplesRun())) expect(result).toBeUndefined();
  child?.kill("SIGKILL");
  await endless;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("log show", () => {
  it("shows what runs, and after kill -9 what was running, with how far it had come", async () => {
    const { stdout } = await cli("log", "show", killed);
    expect(stdout).toContain("0 of 2 samples in the log");
    expect(stdout).toMatch(/^mle_bench with .*: interrupted/);
    expect(stdout.match(/demo-frost-alert +\d +interrupted/g)).toHaveLength(2);
  });
});

describe("log list", () => {
  it("filters by status, looks into folders or not, and gives absolute paths", async () => {
    const paths = async (...args: string[]): Promise<string[]> =>
      JSON.parse((await cli("log", "list", "--json", ...args)).stdout).map((row: { path: string }) => row.path);
    expect((await paths()).sort()).toEqual([finished, killed].sort());
    expect(await paths("--status", "success")).toEqual([finished]);
    expect(await paths("--no-recursive")).toEqual([finished]);
    expect(await paths("--status", "started", "--absolute")).toEqual([join(directory, killed)]);
    expect((await cli("log", "list")).stdout).toMatch(/interrupted/);
    const wrong = await cli("log", "list", "--status", "done");
    expect(wrong.exitCode).toBe(2);
  });
});

describe("log dump", () => {
  it("prints one JSON object, long texts apart or in their places, and the header alone", async () => {
    const plain = await cli("log", "dump", finished);
    expect(JSON.parse(plain.stdout).samples).toHaveLength(1);
    expect(plain.stdout).toContain("attachment://");
    const whole = await cli("log", "dump", finished, "--resolve-attachments");
    expect(whole.stdout).not.toContain("attachment://");
    const header = await cli("log", "dump", finished, "--header-only");
    expect(JSON.parse(header.stdout)).not.toHaveProperty("samples");
  });
});

describe("log convert", () => {
  it("converts a folder with its folders, there and back, and does not replace what is there", async () => {
    const there = await cli("log", "convert", "logs", "--to", "json", "--output-dir", "converted", "--stream", "2");
    expect(there.exitCode).toBe(0);
    expect(there.stdout.trim().split("\n")).toHaveLength(2);
    const again = await cli("log", "convert", "logs", "--to", "json", "--output-dir", "converted");
    expect(again.exitCode).toBe(2);
    const back = await cli("log", "convert", there.stdout.trim().split("\n").at(-1)!, ...TO_EVAL);
    const shown = await cli("log", "show", back.stdout.trim(), "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({ eval: { task: "mle_bench" } });
  });
});

const TO_EVAL = ["--to", "eval", "--output-dir", "back", "--resolve-attachments", "full"];

describe("log recover", () => {
  it("saves what is whole of a log that was cut", async () => {
    const cut = join(directory, "cut.eval");
    const bytes = await readFile(join(directory, finished));
    await writeFile(cut, bytes);
    await truncate(cut, bytes.length - 200);
    expect((await cli("log", "show", "cut.eval")).exitCode).not.toBe(0);
    const { exitCode, stdout, stderr } = await cli("log", "recover", "cut.eval");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("1 sample saved");
    expect(JSON.parse((await cli("log", "show", stdout.trim(), "--json")).stdout).samples).toHaveLength(1);
  });
});

describe("view", () => {
  it("starts Inspect's viewer on the folder of the log, and says how to get it when it is not there", async () => {
    const bin = join(directory, "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "inspect"), '#!/bin/sh\necho "inspect $*"\nexit 3\n');
    await chmod(join(bin, "inspect"), 0o755);
    const path = `${bin}${delimiter}${process.env["PATH"]}`;
    const started = await runCli(["view", finished, "--port", "7000"], { cwd: directory, env: { PATH: path } });
    expect(started.stdout).toContain(`inspect view start --log-dir ${join(directory, "logs")} --port 7000`);
    expect(started.exitCode).toBe(3);
    const without = await runCli(["view"], { cwd: directory, env: { PATH: "" } });
    expect(without.stdout).toContain("pip install inspect-ai");
    expect((await cli("view", "nowhere.eval")).exitCode).toBe(2);
  });
});
