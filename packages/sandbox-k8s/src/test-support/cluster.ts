import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** An image with bash, coreutils, perl and tar that the cluster's nodes have. */
export const TEST_IMAGE = process.env["MLEBENCH_TEST_IMAGE"] ?? "mlebench-base:bookworm";

/**
 * Why the cluster tests cannot run; undefined when they can. MLEBENCH_K8S_CLUSTER names a script that starts a cluster
 * (`up` prints `export KUBECONFIG=...`) and loads images (`load -`).
 * @throws when they have to (MLEBENCH_REQUIRE_K8S=1) and cannot
 */
export function clusterTestProblem(): string | undefined {
  const problem = findCluster();
  if (problem !== undefined && process.env["MLEBENCH_REQUIRE_K8S"] === "1")
    throw new Error(`Kubernetes is required: ${problem}`);
  if (problem !== undefined) process.stderr.write(`Kubernetes tests are skipped: ${problem}\n`);
  return problem;
}

function findCluster(): string | undefined {
  const script = process.env["MLEBENCH_K8S_CLUSTER"];
  if (script !== undefined) {
    const printed = execFileSync(script, ["up"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const kubeconfig = /KUBECONFIG=(\S+)/.exec(printed)?.[1];
    if (kubeconfig === undefined) return `${script} up names no KUBECONFIG`;
    process.env["KUBECONFIG"] = kubeconfig;
    if (process.env["MLEBENCH_TEST_IMAGE"] === undefined) return undefined;
    execFileSync("/bin/sh", ["-c", 'docker save "$1" | "$2" load -', "sh", TEST_IMAGE, script], { stdio: "ignore" });
    return undefined;
  }
  const file = process.env["KUBECONFIG"];
  if (file === undefined) return "neither KUBECONFIG nor MLEBENCH_K8S_CLUSTER is set";
  return existsSync(file) ? undefined : `KUBECONFIG names ${file}, which does not exist`;
}
