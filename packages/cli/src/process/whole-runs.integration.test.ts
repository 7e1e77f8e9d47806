import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLI, runCli } from "../test-support/run-cli.js";

/** Writes a submission at once and then works for ever. */
const ENDLESS = `turns:
  - bash: cp data/sample_submission.csv submission/submission.csv
  - bash: sleep 600
end: repeat
`;
/** Submits the sample submission. */
const SHORT = `turns:
  - bash: cp data/sample_submission.csv submission/submission.csv
  - submit: done
`;
const DEMO = ["-c", "demo-frost-alert", "--sandbox-type", "local", "--data-dir", "data"];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-interrupt-"));
  await writeFile(join(directory, "endless.yaml"), ENDLESS);
  await writeFile(join(directory, "short.yaml"), SHORT);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function logFiles(): Promise<string[]> {
  const names = await readdir(join(directory, "logs")).catch(() => []);
  return names.filter((name) => name.endsWith(".eval")).map((name) => join("logs", name));
}

async function showLog(
  path: string,
): Promise<{ status: string; samples: { id: string; epoch: number; error?: string }[] }> {
  const { stdout, exitCode } = await runCli(["log", "show", path, "--json"], { cwd: directory });
  expect(exitCode).toBe(0);
  return JSON.parse(stdout);
}

describe("Ctrl-C", () => {
  it("ends the run with 130, a log with the status cancelled, and no process left", async () => {
    const { exitCode, stderr, stdout } = await runCli(["run", ...DEMO, "--model", "mock/endless.yaml"], {
      cwd: directory,
      onChild: (child) => {
        let seen = "";
        child.stderr?.on("data", (chunk) => {
          const before = seen;
          seen += chunk;
          if (!before.includes("demo-frost-alert: started") && seen.includes("demo-frost-alert: started")) {
            setTimeout(() => child.kill("SIGINT"), 1500);
          }
        });
      },
    });
    expect(stderr).toContain("ending the run");
    expect(exitCode).toBe(130);
    expect(stdout).toContain("--resume");
    const [log] = await logFiles();
    expect(await showLog(log!)).toMatchObject({ status: "cancelled" });
  });
});

/** Runs a command on a terminal of its own, closes that once a text was seen, and prints the command's exit code, or the negated signal. */
const CLOSE_TERMINAL = `import os, pty, sys, time
text, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen = b""
while text.encode() not in seen:
    seen += os.read(terminal, 65536)
time.sleep(1.5)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

describe("A terminal that is closed", () => {
  it("ends the run as Ctrl-C does, with a log that says cancelled and no sandbox left, and then by the signal", async () => {
    const command = [process.execPath, CLI, "run", ...DEMO, "--model", "mock/endless.yaml", "--display", "plain"];
    const { stdout } = await promisify(execFile)(
      "python3",
      ["-c", CLOSE_TERMINAL, "demo-frost-alert: started", ...command],
      { cwd: directory },
    );
    expect(stdout.trim()).toBe("-1");
    const [log] = await logFiles();
    expect(await showLog(log!)).toMatchObject({ status: "cancelled" });
    const { stdout: cleaned } = await runCli(["sandbox", "cleanup", "--sandbox", "local", "--json"], {
      cwd: directory,
    });
    expect(JSON.parse(cleaned)).toMatchObject({ removed: [], failed: [] });
  });
});

describe("kill -9 and --resume", () => {
  it("keeps what was finished and runs the rest, with nothing but the log's path given", async () => {
    const args = ["run", ...DEMO, "--model", "mock/short.yaml", "--epochs", "6", "--max-samples", "1"];
    const killed = await runCli(args, {
      cwd: directory,
      onChild: (child) => {
        let finished = 0;
        child.stderr?.on("data", (chunk: string) => {
          finished += String(chunk).split("finished in").length - 1;
          if (finished >= 2) child.kill("SIGKILL");
        });
      },
    });
    expect(killed.exitCode).toBeNull();
    const [log] = await logFiles();
    const before = await showLog(log!);
    expect(before.status).toBe("started");
    expect(before.samples.length).toBeGreaterThanOrEqual(2);
    expect(before.samples.length).toBeLessThan(6);

    const resumed = await runCli(["run", "--resume", log!, "--json"], { cwd: directory });
    expect(resumed.stderr).toContain(`${before.samples.length} taken over from before`);
    expect(resumed.exitCode).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "success", total_samples: 6, finished_samples: 6 });
    expect(await logFiles()).toEqual([log]);
    const after = await showLog(log!);
    expect(after.status).toBe("success");
    expect(after.samples.map(({ epoch }) => epoch).sort()).toEqual([1, 2, 3, 4, 5, 6]);

    const again = await runCli(["run", "--resume", log!], { cwd: directory });
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain("is complete");
  });

  it("refuses to resume with another model or other parameters", async () => {
    await runCli(["run", ...DEMO, "--model", "mock/endless.yaml", "--time-limit", "1", "--epochs", "1"], {
      cwd: directory,
    });
    const [log] = await logFiles();
    const other = await runCli(["run", "--resume", log!, "--model", "mock/short.yaml"], { cwd: directory });
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("its model was");
    const params = await runCli(["run", "--resume", log!, "-T", "max_messages=99"], { cwd: directory });
    expect(params.exitCode).toBe(2);
    expect(params.stderr).toContain("task parameters");
  });
});

describe("eval-set", () => {
  it("runs every model, skips what is complete the next time, and adds what is new", async () => {
    await writeFile(join(directory, "other.yaml"), SHORT);
    const args = (models: string) => ["eval-set", ...DEMO, "--model", models, "--log-dir", "set", "--json"];
    const first = await runCli(args("mock/short.yaml"), { cwd: directory });
    expect(first.exitCode).toBe(0);
    const second = await runCli(args("mock/short.yaml,mock/other.yaml"), { cwd: directory });
    expect(second.exitCode).toBe(0);
    const runs: { model: string; status: string }[] = JSON.parse(second.stdout).runs;
    expect(runs.map(({ model, status }) => [model, status])).toEqual([
      ["mock/short.yaml", "done"],
      ["mock/other.yaml", "success"],
    ]);
    expect(await readdir(join(directory, "set"))).toEqual(expect.arrayContaining([".eval-set-id", "eval-set.json"]));
  });

  it("ends with 1 and says so when a run can't be finished", async () => {
    await writeFile(join(directory, "broken.yaml"), "turns:\n  - bash: ls\n");
    const { exitCode, stdout } = await runCli(
      ["eval-set", ...DEMO, "--model", "mock/broken.yaml", "--log-dir", "set", "--retry-attempts", "1", "--json"],
      { cwd: directory },
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ success: false, runs: [{ status: "error" }] });
  });
});

describe("errors of samples", () => {
  it("fail the run with 1 by default, and are counted and told when they do not", async () => {
    await writeFile(join(directory, "broken.yaml"), "turns:\n  - bash: ls\n");
    const failing = await runCli(["run", ...DEMO, "--model", "mock/broken.yaml", "--json"], { cwd: directory });
    expect(failing.exitCode).toBe(1);
    expect(JSON.parse(failing.stdout)).toMatchObject({ status: "error", errored_samples: 1, finished_samples: 0 });
    const going = await runCli(
      ["run", ...DEMO, "--model", "mock/broken.yaml", "--no-fail-on-error", "--retry-on-error", "1"],
      {
        cwd: directory,
      },
    );
    expect(going.stderr).toContain("trying again");
    expect(going.stdout).toContain("0 of 1 samples finished, 1 with an error");
    expect(going.exitCode).toBe(1);
  });
});

describe("the demo as a process", () => {
  it("prints the table, the log and what to run next, and JSON alone on stdout with --json", async () => {
    const people = await runCli(["run", "--demo"], { cwd: directory });
    expect(people.exitCode).toBe(0);
    expect(people.stdout).toMatch(/silver[\s\S]*0\.93862[\s\S]*valid_submission[\s\S]*Log: logs[\s\S]*mlebench doctor/);
    const machines = await runCli(["run", "--demo", "--json"], { cwd: directory });
    expect(JSON.parse(machines.stdout)).toMatchObject({
      status: "success",
      samples: [{ id: "demo-frost-alert", status: "finished", report: { silver_medal: true } }],
    });
  });

  it("is graded again to the same score from the kept submission", async () => {
    await runCli(["run", "--demo"], { cwd: directory });
    const [log] = await logFiles();
    const { exitCode, stdout, stderr } = await runCli(["score", log!, "--json"], { cwd: directory });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("score 0.93862");
    expect(JSON.parse(stdout)).toMatchObject({ failed: 0 });
    await rm(join(directory, log!.replace(/\.eval$/, "")), { recursive: true });
    const lost = await runCli(["score", log!, "--json"], { cwd: directory });
    expect(lost.exitCode).toBe(1);
    expect(lost.stderr).toContain("no submission.csv, though one was kept");
  });
});
