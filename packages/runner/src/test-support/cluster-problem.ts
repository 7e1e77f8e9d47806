import { existsSync } from "node:fs";

/** Options of the k8s provider that suit the test cluster: images are there, and this runtime class has no network. */
export const CHECKED_CLUSTER_OPTIONS = {
  imagePullPolicy: "Never",
  runtimeClassName: process.env["MLEBENCH_TEST_RUNTIME_CLASS"] ?? "isolated",
} as const;

/** The same for tests that are about something else than the network, which is tried by one of them. */
export const TEST_CLUSTER_OPTIONS = { ...CHECKED_CLUSTER_OPTIONS, allowUnenforcedNetworkPolicy: true } as const;

/**
 * Why the cluster tests can't run here; undefined when they can.
 * @throws when they have to (MLEBENCH_REQUIRE_K8S=1) and can't.
 */
export function clusterProblem(): string | undefined {
  const file = process.env["KUBECONFIG"];
  const problem =
    file === undefined
      ? "KUBECONFIG is not set"
      : existsSync(file)
        ? undefined
        : `KUBECONFIG names ${file}, which does not exist`;
  if (problem === undefined) return undefined;
  if (process.env["MLEBENCH_REQUIRE_K8S"] === "1") throw new Error(`Kubernetes is required: ${problem}`);
  process.stderr.write(`Kubernetes tests are skipped: ${problem}\n`);
  return problem;
}
