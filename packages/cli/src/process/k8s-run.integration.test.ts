import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvalLog } from "@mlebench/runner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kitFile } from "../test-support/kit-server.js";
import { type CliResult, runCli } from "../test-support/run-cli.js";

const ID = "spaceship-titanic";
const SUBMIT = "  - bash: cp data/sample_submission.csv submission/submission.csv";
const VALIDATE = "  - bash: ./validate_submission.sh submission/submission.csv";
const VALIDATED = "asked the validation endpoint: valid";

const kubeconfig = process.env["KUBECONFIG"];
const isThere = kubeconfig !== undefined && existsSync(kubeconfig);
const isRequired = process.env["MLEBENCH_REQUIRE_K8S"] === "1";
if (!isThere && !isRequired) process.stderr.write("Kubernetes tests are skipped: KUBECONFIG names no file\n");

describe.skipIf(!isThere && !isRequired)("mlebench run --sandbox k8s", { timeout: 180_000 }, () => {
  const checked = {
    KUBECONFIG: kubeconfig ?? "",
    MLEBENCH_K8S_IMAGE_PULL_POLICY: "Never",
    MLEBENCH_K8S_RUNTIME_CLASS: process.env["MLEBENCH_TEST_RUNTIME_CLASS"] ?? "isolated",
  };
  // One run tries the network; the others are about something else.
  const env = { ...checked, MLEBENCH_K8S_ALLOW_UNENFORCED_NETWORK_POLICY: "1" };
  const image = process.env["MLEBENCH_TEST_AGENT_IMAGE"] ?? "mlebench-env:lean";
  let cwd: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "mlebench-k8s-"));
    await mkdir(join(cwd, "raw"));
    await copyFile(kitFile(ID, "raw.zip"), join(cwd, "raw", `${ID}.zip`));
    await writeFile(join(cwd, "works.yaml"), ["turns:", SUBMIT, VALIDATE, "  - submit: done"].join("\n"));
    await writeFile(join(cwd, "hangs.yaml"), ["turns:", SUBMIT, VALIDATE, "  - bash: sleep 3600"].join("\n"));
    const prepare = ["prepare", "-c", ID, "--raw-dir", "raw", "--data-dir", "data", "--skip-verification"];
    expect((await runCli(prepare, { cwd })).exitCode).toBe(0);
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  const run = (
    script: string,
    own: readonly string[],
    {
      onLine,
      settings = env,
    }: { onLine?: (line: string, pid: number) => unknown; settings?: Record<string, string> } = {},
  ) =>
    runCli(
      [
        ...["run", "-c", ID, "--data-dir", "data", "--sandbox", "k8s", "--docker-image-name", image],
        ...["--model", `mock/${script}`, "--display", "plain", ...own],
      ],
      {
        cwd,
        env: settings,
        onChild: (child) => {
          let text = "";
          child.stderr?.on("data", (chunk) => {
            const lines = (text + String(chunk)).split("\n");
            text = lines.pop() ?? "";
            for (const line of lines) onLine?.(line, child.pid ?? 0);
          });
        },
      },
    );
  const cleanup = (...args: string[]): Promise<CliResult> =>
    runCli(["sandbox", "cleanup", "--sandbox", "k8s", ...args], { cwd, env });
  const logIn = async (logs: string) => {
    const name = (await readdir(join(cwd, logs))).find((entry) => entry.endsWith(".eval")) ?? "";
    return readEvalLog(join(cwd, logs, name));
  };
  const runIdIn = async (logs: string): Promise<string> => (await logIn(logs)).eval.run_id ?? "";

  it("goes from prepared data to a graded sample, and leaves nothing", async () => {
    const { exitCode, stdout, stderr } = await run("works.yaml", ["--json", "--log-dir", "logs-works"], {
      settings: checked,
    });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(VALIDATED)]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "success", total_samples: 1, finished_samples: 1 });
    const [sample] = (await logIn("logs-works")).samples ?? [];
    expect(sample?.metadata?.["grading_report"]).toMatchObject({ competition_id: ID, valid_submission: true });
    expect(sample?.scores).not.toEqual({});
    expect((await cleanup(await runIdIn("logs-works"))).stdout).toBe("0 removed, 0 left, 0 failed\n");
  });

  it("leaves nothing after Ctrl-C under a command", async () => {
    const { exitCode, stderr } = await run("hangs.yaml", ["--log-dir", "logs-stopped"], {
      onLine: (line, pid) => line.includes(VALIDATED) && process.kill(pid, "SIGINT"),
    });
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining("removing its sandboxes")]);
    expect((await cleanup(await runIdIn("logs-stopped"))).stdout).toBe("0 removed, 0 left, 0 failed\n");
  });

  it("is cleaned up after when it was killed", async () => {
    const { exitCode } = await run("hangs.yaml", ["--log-dir", "logs-killed"], {
      onLine: (line, pid) => line.includes(VALIDATED) && process.kill(pid, "SIGKILL"),
    });
    expect(exitCode).toBeNull();
    const { stdout } = await cleanup();
    const pod = /removed container (mle-spaceship-titanic-\S+)/.exec(stdout)?.[1] ?? "";
    expect(stdout).toContain(`removed network ${pod}`);
    expect(pod).not.toBe("");
  });

  it("says how to enter a sandbox that is kept, and keeps it until it is asked to remove it", async () => {
    const { exitCode, stderr } = await run("works.yaml", ["--no-sandbox-cleanup", "--log-dir", "logs-kept"]);
    expect(exitCode).toBe(0);
    const pod = /enter it with: kubectl exec -it -n \S+ (\S+) -c main -- bash --login/.exec(stderr)?.[1] ?? "none";
    expect((await cleanup()).stdout).toContain(`left container ${pod}: `);
    expect((await cleanup(await runIdIn("logs-kept"))).stdout).toContain(`removed container ${pod}\n`);
  });

  it("is looked after by the doctor", async () => {
    const { exitCode, stdout } = await runCli(
      ["doctor", "--sandbox", "k8s", "--sandbox-option", "runtime_class_name=of-no-cluster", "--json"],
      { cwd, env },
    );
    // With a runtime class that is not there no pod would start.
    expect(exitCode).toBe(1);
    const checks: { name: string; state: string }[] = JSON.parse(stdout);
    expect(checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "Rights", state: "ok" }),
        expect.objectContaining({ name: "Runtime class", state: "missing" }),
      ]),
    );
    expect(checks.map(({ name }) => name)).not.toContain("Docker");
  });
});
