import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { kitFile } from "./kit-server.js";
import { runCli } from "./run-cli.js";

const kubeconfig = process.env["KUBECONFIG"];
const isThere = kubeconfig !== undefined && existsSync(kubeconfig);
const isRequired = process.env["MLEBENCH_REQUIRE_K8S"] === "1";
if (!isThere && !isRequired) process.stderr.write("Kubernetes test is skipped: KUBECONFIG names no file\n");

it.skipIf(!isThere && !isRequired)("mlebench run --sandbox k8s goes from raw data to a graded sample", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "mlebench-k8s-"));
  try {
    const id = "spaceship-titanic";
    await copyFile(kitFile(id, "raw.zip"), join(cwd, `${id}.zip`));
    const turns = [
      "turns:",
      "  - bash: cp data/sample_submission.csv submission/submission.csv",
      "  - bash: ./validate_submission.sh submission/submission.csv",
      "  - submit: done",
    ];
    await writeFile(join(cwd, "script.yaml"), turns.join("\n"));
    const env = {
      KUBECONFIG: kubeconfig ?? "",
      MLEBENCH_K8S_IMAGE_PULL_POLICY: "Never",
      MLEBENCH_K8S_RUNTIME_CLASS: process.env["MLEBENCH_TEST_RUNTIME_CLASS"] ?? "isolated",
    };
    const image = process.env["MLEBENCH_TEST_AGENT_IMAGE"] ?? "mlebench-env:lean";
    const prepare = ["prepare", "-c", id, "--raw-dir", ".", "--data-dir", "data", "--skip-verification"];
    expect((await runCli(prepare, { cwd })).exitCode).toBe(0);
    const run = ["run", "-c", id, "--data-dir", "data", "--sandbox", "k8s", "--docker-image-name", image];
    const { exitCode, stdout, stderr } = await runCli([...run, "--model", "mock/script.yaml", "--json"], { cwd, env });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("asked the validation endpoint: valid")]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "success", total_samples: 1, finished_samples: 1 });
    const cleanup = await runCli(["sandbox", "cleanup", "--sandbox-type", "k8s"], { cwd, env });
    expect([cleanup.exitCode, cleanup.stdout]).toEqual([0, expect.stringMatching(/^(?:left .*\n)*0 removed/)]);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});
