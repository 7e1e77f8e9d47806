import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EvalSample, readEvalLog } from "@mlebench/eval-log";
import { type MockScriptInput, registerMockScript } from "@mlebench/models";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import type { RunEvent } from "../events.js";
import { runEval } from "../run/run-eval.js";
import type { RunEvalOptions } from "../run/run-options.js";
import type { RunResult } from "../run/run-result.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import { dockerProblem, TEST_AGENT_IMAGE } from "../test-support/docker-problem.js";

const problem = await dockerProblem();

describe.skipIf(problem !== undefined)("a run in Docker", () => {
  let directory: string;
  let scripts = 0;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "mlebench-docker-run-"));
    registerDemo();
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function run(
    turns: MockScriptInput["turns"],
    options: Partial<RunEvalOptions> = {},
    params: MleBenchParams = {},
  ): Promise<{ result: RunResult; sample: EvalSample | undefined; outputs: string[] }> {
    scripts += 1;
    registerMockScript(`docker-${scripts}`, { turns, end: "submit" });
    const result = await runEval({
      task: await mleBench({
        competitions: [DEMO_COMPETITION_ID],
        dataDir: join(directory, "data"),
        dockerImageName: TEST_AGENT_IMAGE,
        ...params,
      }),
      model: `mock/docker-${scripts}`,
      logDir: join(directory, "logs"),
      ...options,
    });
    const log = await readEvalLog(result.logPath);
    const sample = log.samples?.[0];
    const outputs = (sample?.messages ?? []).flatMap((message) =>
      message.role === "tool" ? [String(message.content) + (message.error?.message ?? "")] : [],
    );
    return { result, sample, outputs };
  }

  async function containersLeft(): Promise<string[]> {
    const { stdout } = await promisify(execFile)("docker", ["ps", "-a", "--format", "{{.Names}}"]);
    return stdout.split("\n").filter((name) => name.includes("demo-frost"));
  }

  it("gives the agent the benchmark's surroundings, and nothing of the answers, the host or the network", async () => {
    const { result, outputs } = await run([
      { bash: "whoami; pwd; echo id=$COMPETITION_ID; which python; ls /home /home/data" },
      { bash: "touch /home/data/x 2>&1; ls -d /home/*/; stat -c %U /home/submission /home/code" },
      {
        bash: "curl -sS --max-time 3 http://1.1.1.1 2>&1; cat /proc/net/dev | grep -c : ; curl -s http://localhost:5000/health",
      },
      { bash: "grep -rl 'Frost' / --include=*.csv 2>/dev/null; env; cat /proc/mounts | grep -i private" },
    ]);
    expect(result.exitCode).toBe(0);
    expect(outputs[0]).toMatch(/^nonroot\n\/home\nid=demo-frost-alert\n\/opt\/agent\/bin\/python/);
    expect(outputs[0]).toMatch(/validate_submission\.sh[\s\S]*description\.md[\s\S]*sample_submission\.csv/);
    expect(outputs[1]).toMatch(/Read-only file system[\s\S]*nonroot\nnonroot/);
    expect(outputs[2]).toMatch(/Could not connect|Couldn't connect|unreachable|Failed to connect/i);
    expect(outputs[2]).toContain('\n1\n{"status": "running"}');
    expect(outputs[3]).toMatch(/^\/home\/data\/(?:train|sample_submission)\.csv/);
    expect(outputs[3]).not.toMatch(/private|test\.csv|API_KEY/);
    expect(await containersLeft()).toEqual([]);
  });

  it("validates, grades what was submitted, and keeps submission and code", async () => {
    const { result, sample, outputs } = await run([
      { bash: "mkdir -p code; echo 'print(1)' > code/a.py; ln -s /etc/passwd code/link" },
      { bash: "cp data/test.csv submission/submission.csv; ./validate_submission.sh submission/submission.csv" },
      {
        bash: "cp data/sample_submission.csv submission/submission.csv; ./validate_submission.sh submission/submission.csv",
      },
    ]);
    expect(outputs[1]).toMatch(/Submission invalid! .*Frost/);
    expect(outputs[2]).toBe('{"result": "Submission is valid."}\n');
    expect(result.samples[0]?.report).toMatchObject({ score: 0.5, valid_submission: true, above_median: false });
    expect(sample?.metadata).toMatchObject({ validation_calls: 2, kept: { submission: true, code_files: 1 } });
    const kept = join(result.artifactsDirectory, `${DEMO_COMPETITION_ID}_epoch_1`);
    expect((await readFile(join(kept, "submission.csv"), "utf8")).slice(0, 13)).toBe("NightId,Frost");
    expect(await readdir(join(kept, "code"))).toEqual(["a.py"]);
  });

  it.each([
    ["a link to a file of the image", "ln -sf /etc/passwd submission/submission.csv"],
    ["a link into the data", "ln -sf /home/data/sample_submission.csv submission/submission.csv"],
    ["a folder that is a link", "rm -r submission; ln -s /home/data submission; ls submission"],
    ["a folder", "mkdir submission/submission.csv"],
    ["a pipe", "mkfifo submission/submission.csv"],
  ])("takes no submission that is %s", async (_name, command) => {
    const { result } = await run([{ bash: command }]);
    const report = result.samples[0]?.report;
    expect(result.status).toBe("success");
    expect(report).toMatchObject({ valid_submission: false, score: null });
    expect(report?.reason).toMatch(/link|folder|not a regular file|no submission/);
  });

  it("leaves no container when it is cancelled, and keeps the log", async () => {
    const controller = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === "sandbox-ready") setTimeout(() => controller.abort(new Error("stop")), 1000);
    };
    const { result, sample } = await run([{ bash: "sleep 300" }], { signal: controller.signal, onEvent });
    expect(result).toMatchObject({ status: "cancelled", exitCode: 130 });
    expect(sample?.error?.message).toContain("cancelled");
    expect(await containersLeft()).toEqual([]);
  });

  it("scores what is there when the time is over", async () => {
    const { result, sample } = await run(
      [{ bash: "cp data/sample_submission.csv submission/submission.csv" }, { bash: "sleep 300" }],
      { timeLimitSeconds: 4 },
    );
    expect(result.exitCode).toBe(0);
    expect(sample?.limit).toMatchObject({ type: "time", limit: 4 });
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: true });
    expect(await containersLeft()).toEqual([]);
  });

  it("gives an error and no score when the container is killed, and removes it", async () => {
    let container = "";
    const onEvent = (event: RunEvent): void => {
      if (event.type === "sandbox-event" && event.event.type === "service-start") container = event.event.container;
      if (event.type === "sandbox-ready") void promisify(execFile)("docker", ["kill", container]);
    };
    const { result, sample } = await run([{ bash: "sleep 300" }], { onEvent });
    expect(result).toMatchObject({ status: "error", exitCode: 1, erroredSamples: 1 });
    expect(sample?.scores).toBeUndefined();
    expect(sample?.error?.message).toMatch(/no longer available/);
    expect(await containersLeft()).toEqual([]);
  });

  it("applies limits and compose overrides", async () => {
    const { outputs } = await run(
      [
        {
          bash: "df -h /dev/shm | tail -1; echo $EXTRA; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null",
        },
      ],
      {},
      { memOverride: 1, composeOverrides: { shm_size: "96m", environment: { EXTRA: "there" } } },
    );
    expect(outputs[0]).toMatch(/96M[\s\S]*there\n1073741824/);
  });
});
