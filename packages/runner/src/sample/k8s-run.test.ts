import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EvalSample, readEvalLog } from "@mlebench/eval-log";
import { type MockScriptInput, registerMockScript } from "@mlebench/models";
import { createK8sProvider } from "@mlebench/sandbox-k8s";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_COMPETITION_ID } from "../demo/demo-competition.js";
import { registerDemo } from "../demo/register-demo.js";
import type { RunEvent } from "../events.js";
import { runEval } from "../run/run-eval.js";
import type { RunEvalOptions } from "../run/run-options.js";
import type { RunResult } from "../run/run-result.js";
import { type MleBenchParams, mleBench } from "../task/mle-bench.js";
import { CHECKED_CLUSTER_OPTIONS, clusterProblem, TEST_CLUSTER_OPTIONS } from "../test-support/cluster-problem.js";
import { TEST_AGENT_IMAGE } from "../test-support/docker-problem.js";

const problem = clusterProblem();

describe.skipIf(problem !== undefined)("a run on Kubernetes", () => {
  const provider = createK8sProvider(TEST_CLUSTER_OPTIONS);
  let directory: string;
  let scripts = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "mlebench-k8s-run-"));
    registerDemo();
  });
  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  interface Ran {
    readonly result: RunResult;
    readonly sample: EvalSample | undefined;
    readonly outputs: string[];
  }

  /** Runs the demo's competition in a pod; nothing of it may be left in the cluster. */
  async function run(
    turns: MockScriptInput["turns"],
    options: Partial<RunEvalOptions> = {},
    params: MleBenchParams = {},
  ): Promise<Ran> {
    scripts += 1;
    registerMockScript(`k8s-${scripts}`, { turns, end: "submit" });
    const result = await runEval({
      task: await mleBench({
        competitions: [DEMO_COMPETITION_ID],
        dataDir: join(directory, "data"),
        dockerImageName: TEST_AGENT_IMAGE,
        sandboxType: "k8s",
        ...params,
      }),
      sandboxOptions: TEST_CLUSTER_OPTIONS,
      model: `mock/k8s-${scripts}`,
      logDir: join(directory, "logs"),
      ...options,
    });
    const log = await readEvalLog(result.logPath);
    expect((await provider.cleanup({ runId: log.eval.run_id })).removed).toEqual([]);
    const sample = log.samples?.[0];
    const outputs = (sample?.messages ?? []).flatMap((message) =>
      message.role === "tool" ? [String(message.content) + (message.error?.message ?? "")] : [],
    );
    return { result, sample, outputs };
  }

  it("gives the agent the same surroundings as Docker, validates, grades, and keeps submission and code", async () => {
    const { result, sample, outputs } = await run(
      [
        { bash: "whoami; pwd; echo id=$COMPETITION_ID; which python; ls /home /home/data" },
        {
          bash: "touch /home/data/x 2>&1; stat -c %U /home/submission /home/code; curl -s http://localhost:5000/health",
        },
        { bash: "curl -sS --max-time 3 http://1.1.1.1 2>&1; ls /var/run/secrets 2>&1" },
        {
          bash: "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null; echo 1 >code/a.py",
        },
        { bash: "cp data/test.csv submission/submission.csv; ./validate_submission.sh submission/submission.csv" },
        {
          bash: "cp data/sample_submission.csv submission/submission.csv; ./validate_submission.sh submission/submission.csv",
        },
      ],
      { sandboxOptions: CHECKED_CLUSTER_OPTIONS },
      { memOverride: 1, cpuOverride: 0.5 },
    );
    expect(outputs[0]).toMatch(/^nonroot\n\/home\nid=demo-frost-alert\n\/opt\/agent\/bin\/python/);
    expect(outputs[0]).toMatch(/validate_submission\.sh[\s\S]*description\.md[\s\S]*sample_submission\.csv/);
    expect(outputs[1]).toMatch(
      /(?:Read-only file system|Permission denied)\nnonroot\nnonroot\n\{"status": "running"\}/,
    );
    expect(outputs[2]).toMatch(/timed out|Could not connect|Couldn't connect|unreachable|Failed to connect/i);
    expect(outputs[2]).toMatch(/secrets.*No such file or directory/);
    expect(outputs[3]).toMatch(/^1073741824\n50000\b/);
    expect(outputs[4]).toMatch(/Submission invalid! .*Frost/);
    expect(outputs[5]).toBe('{"result": "Submission is valid."}\n');
    expect(result.exitCode).toBe(0);
    expect(result.samples[0]?.report).toMatchObject({ score: 0.5, valid_submission: true, above_median: false });
    expect(sample?.metadata).toMatchObject({ validation_calls: 2, kept: { submission: true, code_files: 1 } });
    const kept = join(result.artifactsDirectory, `${DEMO_COMPETITION_ID}_epoch_1`);
    expect((await readFile(join(kept, "submission.csv"), "utf8")).slice(0, 13)).toBe("NightId,Frost");
  });

  it("takes no submission that is a link", async () => {
    const { result } = await run([{ bash: "ln -sf /home/data/sample_submission.csv submission/submission.csv" }]);
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: false, score: null });
  });

  it("says what the scheduler says of GPUs that no node has", async () => {
    const sandboxOptions = { ...TEST_CLUSTER_OPTIONS, patienceSeconds: 0 };
    const { result, sample } = await run([], { sandboxOptions }, { gpuCount: 2 });
    expect(result).toMatchObject({ status: "error" });
    expect(sample?.error?.message).toContain("Insufficient nvidia.com/gpu");
  });

  it("leaves no pod when it is cancelled, and keeps the log", async () => {
    const controller = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.type === "sandbox-ready") setTimeout(() => controller.abort(new Error("stop")), 1000);
    };
    const { result, sample } = await run([{ bash: "sleep 300" }], { signal: controller.signal, onEvent });
    expect(result).toMatchObject({ status: "cancelled", exitCode: 130 });
    expect(sample?.error?.message).toContain("cancelled");
  });

  it("runs a sample anew in a fresh pod when its pod was deleted, where that is asked for", async () => {
    let deleted = 0;
    let runId = "";
    const onEvent = (event: RunEvent): void => {
      if (event.type === "run-start") runId = event.runId;
      if (event.type !== "sandbox-ready" || deleted > 0) return;
      deleted += 1;
      void provider.cleanup({ runId });
    };
    const { result, sample } = await run(
      [{ bash: "cp data/sample_submission.csv submission/submission.csv; sleep 5" }],
      { onEvent, retryOnError: 1 },
    );
    expect(deleted).toBe(1);
    expect(result).toMatchObject({ status: "success", exitCode: 0 });
    expect(sample?.error_retries).toHaveLength(1);
    expect(result.samples[0]?.report).toMatchObject({ valid_submission: true });
  });
});
