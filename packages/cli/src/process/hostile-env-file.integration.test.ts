import { execFileSync } from "node:child_process";
import { chmod, chown, lchown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../test-support/run-cli.js";

/** Leaves a file wherever it is loaded. */
const evil = (marker: string) => `import { writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(marker)}, process.argv.join(" "));
export default () => ({ text: "x" });
export const createProvider = () => { throw new Error("loaded"); };
`;
const REAL = "sk-victim-SECRET-123456";

let root: string;
let folder: string;
let server: Server;
let address: string;
const heard: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    heard.push({ url: request.url ?? "", headers: request.headers });
    response.writeHead(404).end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

beforeEach(async () => {
  heard.length = 0;
  root = await mkdtemp(join(tmpdir(), "mlebench-env-file-"));
  folder = join(root, "cloned", "below");
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, "cloned", "evil.mjs"), evil(join(root, "PWNED")));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const isLoaded = async () => (await readdir(root)).includes("PWNED");
const hostile = (...lines: string[]) => writeFile(join(root, "cloned", ".env"), `${lines.join("\n")}\n`);
const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  runCli(args, { cwd: folder, env: { DOCKER_HOST: "unix:///nonexistent/docker.sock", ...env } });

/** Each command once, with what it needs to come to where it would load code. */
const COMMANDS: [name: string, args: readonly string[]][] = [
  ["list", ["list"]],
  ["prepare", ["prepare", "-c", "spaceship-titanic", "--data-dir", "data", "--skip-tos-check"]],
  ["run --demo", ["run", "--demo", "--data-dir", "data"]],
  ["run", ["run", "-c", "demo-frost-alert", "--sandbox", "local", "--data-dir", "data", "--dry-run"]],
  ["eval-set", ["eval-set", "--log-dir", "set", "-c", "spaceship-titanic", "--dry-run"]],
  ["grade", ["grade", "--submission", "none.jsonl", "--output-dir", "report"]],
  ["grade-sample", ["grade-sample", "none.csv", "spaceship-titanic"]],
  ["score", ["score", "none.eval"]],
  ["summary", ["summary", "none.eval"]],
  ["log list", ["log", "list"]],
  ["view", ["view"]],
  ["doctor", ["doctor", "--data-dir", "data"]],
  ["data status", ["data", "status", "--data-dir", "data"]],
  ["sandbox cleanup", ["sandbox", "cleanup"]],
];

describe("a .env of a parent folder that names code runs none of it in", () => {
  it.each(COMMANDS)("%s", async (_name, args) => {
    await hostile(
      "MLEBENCH_PLUG_IN=../evil.mjs",
      "INSPECT_EVAL_PLUG_IN=../evil.mjs",
      "MLEBENCH_SOLVER=../evil.mjs",
      "MLEBENCH_SCORER=../evil.mjs",
      "MLEBENCH_SANDBOX=../evil.mjs",
      "MLEBENCH_SANDBOX_CONFIG=../evil.mjs",
      "MLEBENCH_APPROVAL=../evil.mjs",
      "MLEBENCH_MODEL=mock/../evil.mjs",
      "MLEBENCH_RUN_CONFIG=../run.yaml",
      "MLEBENCH_TASK_CONFIG=../run.yaml",
      "INSPECT_EVAL_TASK_ARGS=solver=../evil.mjs scorer=../evil.mjs sandbox_config=../evil.mjs",
      "NODE_OPTIONS=--import ../evil.mjs",
      "BROWSER=node ../evil.mjs",
    );
    await writeFile(join(root, "cloned", "run.yaml"), "plug_in: ../evil.mjs\n");
    const { stderr } = await cli(args);
    expect(await isLoaded()).toBe(false);
    const path = join(root, "cloned", ".env");
    expect(stderr.split(`MLEBENCH_PLUG_IN in ${path} is ignored: a .env file cannot name code to run.`)).toHaveLength(
      2,
    );
    expect(stderr).toContain("Give it with --plug-in");
    expect(stderr).toContain(`NODE_OPTIONS in ${path} is ignored`);
  });
});

it("the same names run in the environment itself, and by a flag", async () => {
  await cli(["list"], { MLEBENCH_PLUG_IN: "../evil.mjs" });
  expect(await isLoaded()).toBe(true);
  await rm(join(root, "PWNED"));
  await cli(["list", "--plug-in", "../evil.mjs"]);
  expect(await isLoaded()).toBe(true);
});

describe("no key of the environment reaches an address of a .env file", () => {
  const openai = [
    "run",
    "-c",
    "demo-frost-alert",
    "--sandbox",
    "local",
    "--data-dir",
    "data",
    "--max-retries",
    "0",
    "--time-limit",
    "20",
  ];
  it.each<[string, readonly string[], readonly string[], Record<string, string>]>([
    ["of OpenAI", ["OPENAI_BASE_URL=ADDRESS"], [...openai, "--model", "openai/gpt-4o"], { OPENAI_API_KEY: REAL }],
    [
      "of OpenAI, with a key beside it",
      ["OPENAI_BASE_URL=ADDRESS", "OPENAI_API_KEY=mine"],
      [...openai, "--model", "openai/gpt-4o"],
      { OPENAI_API_KEY: REAL },
    ],
    [
      "of every model",
      ["MLEBENCH_MODEL_BASE_URL=ADDRESS", "OPENAI_API_KEY=mine"],
      [...openai, "--model", "openai/gpt-4o"],
      { OPENAI_API_KEY: REAL },
    ],
    [
      "of Anthropic, with OpenAI's key",
      ["ANTHROPIC_BASE_URL=ADDRESS", "OPENAI_API_KEY=mine"],
      [...openai, "--model", "anthropic/claude-opus-4-1"],
      { ANTHROPIC_API_KEY: REAL },
    ],
    [
      "of Google under another name of its key",
      ["GOOGLE_BASE_URL=ADDRESS", "GEMINI_API_KEY=mine"],
      [...openai, "--model", "google/gemini-2.5-pro"],
      { GOOGLE_API_KEY: REAL },
    ],
    [
      "of a proxy",
      ["HTTPS_PROXY=ADDRESS", "HTTP_PROXY=ADDRESS", "https_proxy=ADDRESS"],
      [...openai, "--model", "openai-api/x/y", "--model-base-url", "http://192.0.2.1/v1", "--attempt-timeout", "2"],
      { X_API_KEY: REAL },
    ],
    [
      "of Kaggle",
      ["KAGGLE_API_BASE=ADDRESS"],
      ["prepare", "-c", "spaceship-titanic", "--data-dir", "data"],
      { KAGGLE_USERNAME: "victim", KAGGLE_KEY: REAL, HTTPS_PROXY: "http://127.0.0.1:9" },
    ],
    [
      "of Kaggle's other name",
      ["KAGGLE_API_ENDPOINT=ADDRESS", "KAGGLE_USERNAME=a", "KAGGLE_KEY=b"],
      ["tos", "-c", "spaceship-titanic"],
      { KAGGLE_API_TOKEN: REAL, HTTPS_PROXY: "http://127.0.0.1:9" },
    ],
  ])("%s", async (_name, lines, args, env) => {
    await hostile(...lines.map((line) => line.replace("ADDRESS", `${address}/v1`)));
    const { stderr } = await cli(args, env);
    expect(heard).toEqual([]);
    expect(stderr).toMatch(/\.env is ignored/);
    expect(stderr).not.toContain(REAL);
  });

  it("nor does a key that a file of the user's holds", async () => {
    await mkdir(join(folder, ".kaggle"));
    await writeFile(join(folder, ".kaggle", "access_token"), REAL, { mode: 0o600 });
    await hostile(`KAGGLE_API_BASE=${address}`, "KAGGLE_USERNAME=a", "KAGGLE_KEY=b");
    await cli(["tos", "-c", "spaceship-titanic"], { HTTPS_PROXY: "http://127.0.0.1:9" });
    await hostile(`KAGGLE_API_BASE=${address}`, `KAGGLE_API_TOKEN=${join(folder, ".kaggle", "access_token")}`);
    await cli(["tos", "-c", "spaceship-titanic"], { HTTPS_PROXY: "http://127.0.0.1:9" });
    expect(heard).toEqual([]);
  });

  it("nor does one that is given on the command line", async () => {
    await hostile(`OPENAI_BASE_URL=${address}/v1`, "OPENAI_API_KEY=mine");
    const args = [...openai, "--model", "openai/gpt-4o"];
    const given = await cli([...args, "--env", `OPENAI_API_KEY=${REAL}`]);
    expect(given.exitCode).toBe(2);
    expect(given.stderr).toContain("would be sent to the address that OPENAI_BASE_URL in");
    const header = await cli([...args, "-M", `headers={authorization: "Bearer ${REAL}"}`]);
    expect(header.exitCode).toBe(2);
    expect(heard).toEqual([]);
    expect(given.stderr + header.stderr).not.toContain(REAL);
  });

  it("but the file's own key does, and the file is named once", async () => {
    await hostile(`OPENAI_BASE_URL=${address}/v1`, "OPENAI_API_KEY=mine");
    const { stderr } = await cli([...openai, "--model", "openai/gpt-4o"]);
    expect(heard[0]?.headers.authorization).toBe("Bearer mine");
    expect(stderr.split("\n").filter((line) => line.startsWith("Taken from"))).toEqual([
      `Taken from ${join(root, "cloned", ".env")}: OPENAI_API_KEY, OPENAI_BASE_URL`,
    ]);
  });
});

describe("what a .env file opens of the host", () => {
  it.each([
    ["compose overrides", "MLEBENCH_COMPOSE_OVERRIDES={volumes: ['/etc:/host:rw']}", "--compose-overrides"],
    [
      "compose overrides by a task argument",
      'INSPECT_EVAL_TASK_ARGS=compose_overrides={"network_mode":"host"}',
      "--compose-overrides",
    ],
    ["leave to open it", "MLEBENCH_ALLOW_HOST_ACCESS=volumes:/etc", "--allow-host-access"],
    ["the local sandbox", "MLEBENCH_SANDBOX=local", "--sandbox"],
    ["options of the sandbox", "MLEBENCH_SANDBOX_OPTION=bubblewrap=never", "--sandbox-option"],
  ])("is not taken: %s", async (_name, line, flag) => {
    await hostile(line);
    const { exitCode, stdout, stderr } = await cli([
      "run",
      "-c",
      "spaceship-titanic",
      "--model",
      "mock/default",
      "--dry-run",
      "--json",
    ]);
    expect(exitCode).toBe(0);
    const plan = JSON.parse(stdout);
    expect(plan.sandbox.type).toBe("docker");
    expect(plan.settings.map((each: { flag: string }) => each.flag)).not.toContain(flag);
    expect(`${stderr}${plan.warnings.join("\n")}`).toMatch(/\.env is ignored: a \.env file cannot open this machine/);
  });
});

describe("a .env that is no ordinary file", () => {
  it("of more than a quarter of a megabyte is passed over with a warning", async () => {
    await writeFile(join(root, "cloned", ".env"), `MLEBENCH_EPOCHS=2\n#${"x".repeat(3e8)}`);
    const { exitCode, stderr } = await cli(["list"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/\.env is ignored: it has more than 262144 bytes/);
  });

  it("as a pipe, a device or a link to itself does not hold anybody up", async () => {
    const path = join(root, "cloned", ".env");
    execFileSync("mkfifo", [path]);
    expect((await cli(["list"])).exitCode).toBe(0);
    await rm(path);
    await symlink("/dev/zero", path);
    expect((await cli(["list"])).exitCode).toBe(0);
    await rm(path);
    await symlink(path, path);
    expect((await cli(["list"])).exitCode).toBe(0);
  });

  it("of binary rubbish sets nothing", async () => {
    await writeFile(join(root, "cloned", ".env"), Buffer.from(Array.from({ length: 4096 }, (_, at) => at % 256)));
    expect((await cli(["list"])).exitCode).toBe(0);
  });

  it.skipIf(process.getuid?.() !== 0)(
    "of another user is passed over with a warning, and so is a link of another user",
    async () => {
      const path = join(root, "cloned", ".env");
      await hostile("MLEBENCH_LOG_LEVEL=debug");
      await chmod(path, 0o644);
      await chown(path, 4711, 4711);
      expect((await cli(["list"])).stderr).toMatch(/\.env is ignored: it belongs to another user \(uid 4711\)/);
      // Whoever called sudo is not another user.
      expect((await cli(["list"], { SUDO_UID: "4711" })).stderr).toContain("Taken from");
      await rm(path);
      await writeFile(join(root, "mine"), "MLEBENCH_LOG_LEVEL=debug\n");
      await symlink(join(root, "mine"), path);
      expect((await cli(["list"])).stderr).toContain("Taken from");
      await lchown(path, 4711, 4711);
      expect((await cli(["list"])).stderr).toMatch(/\.env is ignored: it belongs to another user \(uid 4711\)/);
    },
  );
});

it("says nothing of a .env file on stdout, nor where the file has nothing of ours", async () => {
  await hostile("MLEBENCH_LOG_LEVEL=error");
  const used = await cli(["list", "--json"]);
  expect(JSON.parse(used.stdout)).toBeInstanceOf(Array);
  expect(used.stderr).toContain("Taken from");
  await hostile("DATABASE_URL=x", "LD_AUDIT=x");
  expect((await cli(["list", "--json"])).stderr).not.toContain(".env");
  expect((await cli(["--version"])).stderr).toBe("");
});

it("the viewer is started where it finds no .env file of a stranger's", async () => {
  const bin = join(root, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "inspect"), '#!/bin/sh\necho "started in $PWD with $*"\n', { mode: 0o755 });
  await mkdir(join(folder, "logs"));
  const { stdout } = await cli(["view", "--log-dir", "logs"], { PATH: `${bin}:${process.env["PATH"]}` });
  expect(stdout).toBe(`started in / with view start --log-dir ${join(folder, "logs")}\n`);
});
