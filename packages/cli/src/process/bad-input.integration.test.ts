import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../test-support/run-cli.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-bad-input-"));
  return () => rm(directory, { recursive: true, force: true });
});

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** Files and folders to make first; a name ending in / is a folder. */
  readonly files?: readonly string[];
  readonly exitCode: number;
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: "an unknown competition",
    args: ["run", "-c", "spaceship-titanik", "--model", "mock/default"],
    exitCode: 2,
    says: /spaceship-titanik[\s\S]*spaceship-titanic/,
  },
  {
    name: "an unknown split",
    args: ["run", "--split", "lowe", "--model", "mock/default"],
    exitCode: 2,
    says: /lowe[\s\S]*low/,
  },
  {
    name: "a split that is a folder",
    args: ["run", "--split", "./splits", "--model", "mock/default"],
    files: ["splits/"],
    exitCode: 2,
    says: /splits/,
  },
  {
    name: "an unknown option",
    args: ["run", "--limitt", "3"],
    exitCode: 2,
    says: /--limitt[\s\S]*Did you mean --limit/,
  },
  {
    name: "a plug-in that is not there",
    args: ["run", "--plug-in", "./mine.mjs", "--model", "mock/default"],
    exitCode: 2,
    says: /mine\.mjs[\s\S]*can't be imported/,
  },
  {
    name: "a run config that is not there",
    args: ["run", "--run-config", "run.yaml", "--model", "mock/default"],
    exitCode: 2,
    says: /run config run\.yaml can't be read/,
  },
  { name: "an unknown command", args: ["prepar"], exitCode: 2, says: /prepar[\s\S]*Did you mean prepare/ },
  {
    name: "an unknown -T key",
    args: ["run", "-T", "max_mesages=3", "--model", "mock/default"],
    exitCode: 2,
    says: /max_mesages[\s\S]*max_messages/,
  },
  {
    name: "a -T value of the wrong kind",
    args: ["run", "-T", "max_messages=many", "--model", "mock/default"],
    exitCode: 2,
    says: /max_messages/,
  },
  {
    name: "a number that is none",
    args: ["run", "--epochs", "two", "--model", "mock/default"],
    exitCode: 2,
    says: /--epochs[\s\S]*two[\s\S]*whole number/,
  },
  {
    name: "a number from the environment that is none",
    args: ["run", "--model", "mock/default"],
    env: { INSPECT_EVAL_EPOCHS: "two" },
    exitCode: 2,
    says: /INSPECT_EVAL_EPOCHS/,
  },
  {
    name: "an unknown task",
    args: ["run", "mle_bench_light", "--model", "mock/default"],
    exitCode: 2,
    says: /mle_bench_lite/,
  },
  { name: "no model", args: ["run"], exitCode: 2, says: /No model was given[\s\S]*--model/ },
  { name: "two models", args: ["run", "--model", "mock/a,openai/b"], exitCode: 2, says: /one model[\s\S]*eval-set/ },
  {
    name: "an unknown model provider",
    args: ["run", "--model", "opnai/gpt-5"],
    exitCode: 2,
    says: /opnai[\s\S]*openai/,
  },
  { name: "no model key", args: ["run", "--model", "openai/gpt-5"], exitCode: 1, says: /OPENAI_API_KEY/ },
  {
    name: "no Docker daemon",
    args: ["run", "--model", "mock/default", "--data-dir", "data"],
    env: { DOCKER_HOST: "unix:///nonexistent/docker.sock" },
    exitCode: 1,
    says: /Docker/,
  },
  {
    name: "a data directory that can't be written",
    args: ["prepare", "-c", "spaceship-titanic", "--raw-dir", ".", "--data-dir", "file/data"],
    files: ["file"],
    exitCode: 1,
    says: /file\/data can't be used[\s\S]*--data-dir/,
  },
  {
    name: "a raw folder without the files",
    args: ["prepare", "-c", "spaceship-titanic", "--raw-dir", "raw", "--data-dir", "data"],
    files: ["raw/other.csv"],
    exitCode: 1,
    says: /train\.csv/,
  },
  {
    name: "a raw folder that is not there",
    args: ["prepare", "-c", "spaceship-titanic", "--raw-dir", "nowhere", "--data-dir", "data"],
    exitCode: 1,
    says: /nowhere/,
  },
  { name: "nothing to prepare", args: ["prepare"], exitCode: 2, says: /-c ID, --split NAME, --lite or --all/ },
  {
    name: "an unknown sandbox provider",
    args: ["run", "--model", "mock/default", "--sandbox-type", "dockr"],
    exitCode: 2,
    says: /dockr[\s\S]*docker/,
  },
  {
    name: "compose overrides with an unknown key",
    args: ["run", "--demo", "--compose-overrides", '{"memlimit": "2gb"}', "--data-dir", "data"],
    exitCode: 2,
    says: /memlimit/,
  },
  {
    name: "a limit that is none",
    args: ["run", "--limit", "x", "--model", "mock/default"],
    exitCode: 2,
    says: /--limit 10/,
  },
  {
    name: "a sample id that matches nothing",
    args: ["run", "--sample-id", "spaceship-titanix", "--model", "mock/default"],
    exitCode: 2,
    says: /spaceship-titanix[\s\S]*spaceship-titanic/,
  },
  {
    name: "a solver module that is not there",
    args: ["run", "--solver", "./none.mjs", "--model", "mock/default"],
    exitCode: 2,
    says: /none\.mjs/,
  },
  { name: "a log that is not there", args: ["log", "show", "none.eval"], exitCode: 1, says: /none\.eval/ },
  {
    name: "a log that is none",
    args: ["log", "show", "junk.eval"],
    files: ["junk.eval"],
    exitCode: 1,
    says: /junk\.eval/,
  },
  {
    name: "a log to resume that is not there",
    args: ["run", "--resume", "none.eval"],
    exitCode: 1,
    says: /none\.eval/,
  },
  {
    name: "a model string without a provider",
    args: ["run", "--model", "gpt-5"],
    exitCode: 2,
    says: /"gpt-5" is not a model string[\s\S]*provider\/model/,
  },
  {
    name: "a set with an unknown model provider, which no further round would mend",
    args: ["eval-set", "-c", "demo-frost-alert", "--model", "mock/demo,opnai/gpt-5", "--log-dir", "set"],
    exitCode: 2,
    says: /opnai[\s\S]*openai/,
  },
  {
    name: "prices that are no YAML",
    args: ["run", "--demo", "--prices", "prices.yaml"],
    files: ["prices.yaml/"],
    exitCode: 2,
    says: /prices\.yaml cannot be used/,
  },
  {
    name: "a log folder whose place a file takes",
    args: ["run", "--demo", "--log-dir", "file", "--data-dir", "data"],
    files: ["file"],
    exitCode: 1,
    says: /log folder .*file can't be used: a file is in its place[\s\S]*--log-dir/,
  },
  {
    name: "a data directory whose place a file takes",
    args: ["data", "status", "--data-dir", "file"],
    files: ["file"],
    exitCode: 1,
    says: /data directory file can't be read: a file is in its place/,
  },
  {
    name: "checksums that are not there",
    args: ["data", "verify", "--data-dir", "data", "--checksums", "none.json"],
    files: ["data/"],
    exitCode: 2,
    says: /no checksums file none\.json/,
  },
  {
    name: "a data directory to compare with that is not there",
    args: ["data", "verify", "--data-dir", "data", "--against", "none"],
    files: ["data/"],
    exitCode: 2,
    says: /no data directory none/,
  },
  {
    name: "a split that is no list of ids",
    args: ["list", "--split", "./split.txt"],
    files: ["split.txt"],
    exitCode: 2,
    says: /split\.txt has a line that is no competition id/,
  },
  {
    name: "a missing argument",
    args: ["grade-sample"],
    exitCode: 2,
    says: /submission\.csv[\s\S]*grade-sample --help/,
  },
  {
    name: "a list of submissions that is a folder",
    args: ["grade", "--submission", "list", "--output-dir", "out"],
    files: ["list/"],
    exitCode: 1,
    says: /list cannot be used: it is a folder/,
  },
  {
    name: "a list of submissions that is not there",
    args: ["grade", "--submission", "none.jsonl", "--output-dir", "out"],
    exitCode: 1,
    says: /none\.jsonl/,
  },
  {
    name: "a report's folder whose place a file takes",
    args: ["grade", "--submission", "list.jsonl", "--output-dir", "file"],
    files: ["list.jsonl", "file"],
    exitCode: 1,
    says: /output folder file can't be used: a file is in its place/,
  },
  {
    name: "a demo of another competition",
    args: ["run", "--demo", "--split", "low"],
    exitCode: 2,
    says: /--demo runs a competition of its own/,
  },
];

describe("bad input", () => {
  it.each(CASES)("$name: one clear message, the right exit code, no stack, nothing written", async (each) => {
    for (const name of each.files ?? []) {
      if (name.endsWith("/")) await mkdir(join(directory, name));
      else {
        await mkdir(join(directory, name, ".."), { recursive: true });
        await writeFile(join(directory, name), "not what it should be\n");
      }
    }
    const { exitCode, stdout, stderr } = await runCli(each.args, { cwd: directory, env: each.env });
    expect(stderr).toMatch(each.says);
    expect(stderr).toMatch(/^error: /m);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(exitCode).toBe(each.exitCode);
    expect(await prepared(directory)).toEqual([]);
    expect(await readdir(directory)).not.toContain("logs");
  });

  it.runIf(process.platform === "linux")("gives up on folders that nobody can make, root included", async () => {
    for (const command of [
      ["run", "--demo", "--data-dir"],
      ["run", "--demo", "--log-dir"],
      ["grade", "--submission", "none.jsonl", "--output-dir"],
    ]) {
      const { exitCode, stderr } = await runCli([...command, "/proc/mlebench"], { cwd: directory });
      expect(stderr).toMatch(/error: The (?:data directory|log folder|output folder) \/proc\/mlebench can't be used/);
      expect(exitCode).toBe(1);
    }
  });

  it("lets the doctor fail where no run is possible, and name what to mend", async () => {
    await writeFile(join(directory, "file"), "");
    const { exitCode, stdout, stderr } = await runCli(["doctor", "--sandbox", "local", "--data-dir", "file"], {
      cwd: directory,
    });
    expect(stderr).toContain("No run is possible yet: see Data directory.");
    expect(stdout).toMatch(/missing Data directory[\s\S]*fix:/);
    expect(exitCode).toBe(1);
  });

  it("shows the stack with --log-level debug", async () => {
    const { exitCode, stderr } = await runCli(
      ["run", "-c", "none", "--model", "mock/default", "--log-level", "debug"],
      {
        cwd: directory,
      },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^\s+at /m);
  });
});

describe("a bad submission", () => {
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "mlebench-bad-submission-"));
    const { exitCode, stderr } = await runCli(["prepare", "-c", "demo-frost-alert", "--data-dir", data], { cwd: data });
    expect(stderr).toContain("demo-frost-alert");
    expect(exitCode).toBe(0);
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  const makers: Record<string, (path: string) => Promise<void>> = {
    "a folder": async (path) => {
      await mkdir(path);
    },
    "a link": (path) => symlink(join(data, "demo-frost-alert", "prepared", "private", "test.csv"), path),
    "0 bytes": (path) => writeFile(path, ""),
    "500 MB": async (path) => {
      await writeFile(path, "NightId,Frost\n");
      await truncate(path, 500_000_000);
    },
    binary: (path) => writeFile(path, Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))),
    "not there": async () => undefined,
  };

  it.each(Object.keys(makers))("that is %s gets no score, the reason and exit code 1", async (kind) => {
    const path = join(directory, "submission.csv");
    await makers[kind]!(path);
    const { exitCode, stdout, stderr } = await runCli(["grade-sample", path, "demo-frost-alert", "--data-dir", data], {
      cwd: directory,
    });
    expect(stderr).toMatch(/invalid: \S+/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(JSON.parse(stdout)).toMatchObject({ score: null, valid_submission: false, any_medal: false });
    expect(exitCode).toBe(1);
  });
});

/** Competitions of which something prepared was left. */
async function prepared(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => /prepared[\\/](?:public|private)[\\/]./.test(name));
}
