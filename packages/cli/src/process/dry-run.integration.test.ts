import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../test-support/run-cli.js";

/** Says so when a connection is opened to another place than a socket of this machine. */
const GUARD = `import net from "node:net";
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = args.flat();
  if (options?.path === undefined) process.stderr.write("CONTACTED " + options?.host + "\\n");
  return connect.apply(this, args);
};
`;

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-dry-run-"));
  directory = join(root, "project");
  await mkdir(directory);
  await writeFile(join(root, "guard.mjs"), GUARD);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Without a key, an account, a network or Docker; nothing may be made. */
async function dryRun(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const before = await readdir(directory, { recursive: true });
  const result = await runCli([...args, "--dry-run"], {
    cwd: directory,
    env: {
      DOCKER_HOST: "unix:///nonexistent/docker.sock",
      NODE_OPTIONS: `--import ${join(root, "guard.mjs")}`,
      ...env,
    },
  });
  expect(await readdir(directory, { recursive: true })).toEqual(before);
  expect(result.stderr).not.toContain("CONTACTED");
  return result;
}

const REAL = ["run", "-c", "spaceship-titanic", "--model", "openai/gpt-5"];

describe("--dry-run", () => {
  it("says what would run, and starts, makes and contacts nothing", async () => {
    const { exitCode, stdout } = await dryRun([...REAL, "--epochs", "2", "--data-dir", "data", "--log-dir", "logs"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Task: +mle_bench: 1 x 2, 2 to run$/m);
    expect(stdout).toMatch(/^Model: +openai\/gpt-5, [\d.]+ in and [\d.]+ out per million tokens$/m);
    expect(stdout).toMatch(/^Protocol: +inspect$/m);
    expect(stdout).toMatch(/^Competitions: +spaceship-titanic \(to be downloaded\)$/m);
    expect(stdout).toMatch(/^Money: +unbounded \(no cost or token limit\)$/m);
    expect(stdout).toMatch(/^--epochs +2 +flag --epochs +1$/m);
  });

  it("says where each setting came from, as JSON and without secrets", async () => {
    await writeFile(join(directory, "run.yaml"), "token_limit: 1000\nmodel_arg: { api_key: planted-secret }\n");
    await writeFile(join(directory, ".env"), "MLEBENCH_TEMPERATURE=0.5\n");
    const { exitCode, stdout } = await dryRun(
      [...REAL, "--run-config", "run.yaml", "--max-messages", "9", "--env", "MY_VALUE=another-secret", "--json"],
      { INSPECT_EVAL_TAGS: "first" },
    );
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("secret");
    const { settings, cost, limits } = JSON.parse(stdout);
    expect(cost).toMatchObject({ kind: "bounded", by: "token limit" });
    expect(limits).toMatchObject({ tokens: 1000, messages: 9 });
    const from = Object.fromEntries(settings.map(({ flag, from }: { flag: string; from: string }) => [flag, from]));
    expect(from).toMatchObject({
      "--competition": "flag --competition",
      "--token-limit": "run.yaml",
      "--temperature": expect.stringMatching(/^MLEBENCH_TEMPERATURE in .*\.env$/),
      "--tags": "INSPECT_EVAL_TAGS",
      "--max-messages": "flag --max-messages",
      "--env": "flag --env",
    });
    expect(settings).toContainEqual(expect.objectContaining({ flag: "--max-messages", value: 9, deviates: true }));
  });

  it("refuses what the run would refuse", async () => {
    const { exitCode, stderr } = await dryRun(["run", "--demo", "--cost-limit", "1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--prices");
    expect((await dryRun(["run", "--demo", "--compose-overrides", '{"memlimit": "2gb"}'])).exitCode).toBe(2);
  });

  it("has a block for each run of a set", async () => {
    const { exitCode, stdout } = await dryRun([
      "eval-set",
      "-c",
      "spaceship-titanic",
      "--model",
      "openai/gpt-5,openai/gpt-5-mini",
      "--log-dir",
      "set",
      "--json",
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).runs).toMatchObject([{ model: "openai/gpt-5" }, { model: "openai/gpt-5-mini" }]);
  });
});
