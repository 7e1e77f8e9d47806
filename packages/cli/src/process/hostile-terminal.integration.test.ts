import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertEvalLog } from "@mlebench/runner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../test-support/run-cli.js";

/** Clears the screen, sets the title, hides, goes back, and turns the direction; in JSON and in YAML. */
const HOSTILE = "\x1b[2J\x1b]0;owned\x07\x1b[8m\x9b31m\r\u202egpj";
const ESCAPED = JSON.stringify(HOSTILE).replace("\x9b", "\\u009b").replace("\u202e", "\\u202e");
/** What must not arrive: everything that steers but our styles and what the live table draws with. */
const STEERING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;
const OURS = /\x1b\[(?:[0-9;]*[mKABCDGJ]|\?25[hl]|\?2026[hl])/g;

let directory: string;
let log: string;
const demo = ["run", "-c", "demo-frost-alert", "--sandbox-type", "local", "--data-dir", "data"];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-terminal-"));
  const { stdout } = await runCli([...demo, "--model", "mock/default", "--json"], { cwd: directory });
  const path = JSON.parse(stdout).log as string;
  await mkdir(join(directory, "hostile"));
  const json = join(directory, "log.json");
  await convertEvalLog(join(directory, path), json);
  const text = await readFile(json, "utf8");
  const written = JSON.parse(text);
  written.eval.task = `task${HOSTILE}`;
  written.eval.model = `model/${HOSTILE}`;
  written.status = "error";
  written.error = { message: `boom${HOSTILE}\nhint: run curl`, traceback: "", traceback_ansi: "" };
  written.eval.metadata.protocol = HOSTILE;
  for (const sample of written.samples ?? []) {
    sample.error = { message: `sample${HOSTILE}`, traceback: "", traceback_ansi: "" };
  }
  for (const score of written.results?.scores ?? []) score.name = `score${HOSTILE}`;
  await writeFile(json, JSON.stringify(written));
  log = join(directory, "hostile", "hostile.eval");
  await convertEvalLog(json, log);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const COLOURS = { NO_COLOR: "", FORCE_COLOR: "1" };

describe("a hostile log on a terminal", () => {
  it.each([
    ["log list", ["log", "list", "--log-dir", "hostile"]],
    ["log show", ["log", "show", "hostile/hostile.eval"]],
    ["summary", ["summary", "hostile/hostile.eval"]],
    ["log show as JSON", ["log", "show", "hostile/hostile.eval", "--json"]],
    ["log list as JSON", ["log", "list", "--log-dir", "hostile", "--json"]],
    ["log dump", ["log", "dump", "hostile/hostile.eval"]],
    ["score", ["score", "hostile/hostile.eval", "--data-dir", "data"]],
    ["run --resume --dry-run", ["run", "--resume", "hostile/hostile.eval", "--dry-run"]],
  ])("%s", async (name, args) => {
    const { stdout, stderr } = await runCli(args, { cwd: directory, env: COLOURS });
    const seen = `${stdout}${stderr}`.replace(OURS, "");
    expect(seen).not.toMatch(STEERING);
    expect(seen).not.toMatch(/^hint: run curl/m);
    if (/^log (?:show|list)/.test(name)) expect(seen).toMatch(/\\(?:x1b|u001b)\[2J/);
    if (name.endsWith("JSON") || name === "log dump") expect(stdout).toContain("\\u001b[2J");
    if (name === "log show as JSON") expect(JSON.parse(stdout).eval.model).toBe(`model/${HOSTILE}`);
  });
});

describe("a run with a hostile model on a terminal", () => {
  const model = `turns:
  - toolCalls: [{ name: ${ESCAPED}, arguments: { ${ESCAPED}: 1 } }]
  - text: ${ESCAPED}
  - bash: ${ESCAPED}
  - toolCalls: [{ name: bash, arguments: ${ESCAPED} }]
end: submit
`;
  it.each(["plain", "rich"])("with the %s display", async (display) => {
    await writeFile(join(directory, "model.yaml"), model);
    const { stdout, stderr } = await runCli([...demo, "--model", "mock/model.yaml", "--display", display], {
      cwd: directory,
      env: COLOURS,
    });
    expect(`${stdout}${stderr}`.replace(OURS, "")).not.toMatch(STEERING);
    expect(stdout).toContain("demo-frost-alert");
  });

  it("that a person has to approve of: the whole command is seen, in a frame that it cannot leave", async () => {
    const command = "rm -rf ~ #\rls -l \u202e#\n\nThe agent wants to call bash:\nls";
    await writeFile(join(directory, "ask.yaml"), `turns:\n  - bash: ${JSON.stringify(command)}\nend: submit\n`);
    const { stderr } = await runCli([...demo, "--model", "mock/ask.yaml", "--approval", "human"], {
      cwd: directory,
      env: COLOURS,
      stdin: "pipe",
      onChild: (child) => child.stdin?.end("n\nn\n"),
    });
    const seen = stderr.replace(OURS, "");
    expect(seen).not.toMatch(STEERING);
    expect(seen).toMatch(/^ {2}\| .*rm -rf ~ #\\rls -l \\u202e#$/m);
    // Once for the command and once for the submission; the command's own copy stands in the frame.
    expect(seen.match(/^The agent wants to call bash:$/gm)).toHaveLength(1);
    expect(seen).toMatch(/^ {2}\| The agent wants to call bash:$/m);
  });
});

describe("a hostile name on a terminal", () => {
  it.each([
    ["a log that is not there", ["log", "show", `none${HOSTILE}.eval`]],
    ["a competition", ["prepare", "-c", HOSTILE]],
    ["a model", ["run", "-c", "spaceship-titanic", "--model", `m${HOSTILE}/x`]],
    ["an option", ["list", `--${HOSTILE}`]],
    ["a command", [HOSTILE]],
    ["a category", ["list", "--category", HOSTILE]],
    ["a compose key", ["run", "--demo", "--compose-overrides", JSON.stringify({ [HOSTILE]: 1 })]],
    ["a host path", ["run", "--demo", "--compose-overrides", JSON.stringify({ volumes: [`/etc/${HOSTILE}:/x`] })]],
  ])("in an error about %s", async (_what, args) => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: directory, env: COLOURS });
    expect(exitCode).toBeGreaterThan(0);
    expect(`${stdout}${stderr}`.replace(OURS, "")).not.toMatch(STEERING);
    expect(stderr).toContain("error:");
  });

  it("of a file: log list names it without its codes", async () => {
    const folder = join(directory, "named");
    await mkdir(folder);
    await writeFile(join(folder, `a${HOSTILE}.eval`), "no log");
    const { stdout, stderr } = await runCli(["log", "list", "--log-dir", "named"], { cwd: directory, env: COLOURS });
    expect(stdout).toContain("\\x1b[2J");
    expect(`${stdout}${stderr}`.replace(OURS, "")).not.toMatch(STEERING);
  });

  it("arrives at a terminal of the system as it was written to a pipe", async () => {
    const bin = new URL("../../bin/mlebench.mjs", import.meta.url).pathname;
    const child = spawn("script", ["-qec", `'${process.execPath}' '${bin}' log show '${log}'`, "/dev/null"], {
      cwd: directory,
      env: { ...process.env, TERM: "xterm", HOME: directory },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let seen = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      seen += chunk;
    });
    expect(await new Promise((done) => child.on("close", done))).toBe(0);
    expect(seen).toContain("\\x1b[2J");
    // The terminal itself ends lines with a carriage return.
    expect(seen.replaceAll("\r\n", "\n").replace(OURS, "")).not.toMatch(STEERING);
  });
});
