import { messageOf } from "@mlebench/base";
import type { ProviderCheck } from "@mlebench/sandbox-compose";
import { apiFailure, type Cluster, withTimeout } from "../api/cluster.js";
import { UnknownAccountError } from "../errors.js";

/** The first version whose API server lets the input of an exec end. */
const FIRST_MINOR = 30;

/** Whether the API server answers, and is new enough. */
export async function checkServer({ config, namespace, version }: Cluster): Promise<ProviderCheck> {
  const name = "Cluster";
  const server = config.getCurrentCluster()?.server ?? "";
  const where = `${server}, context ${config.getCurrentContext()}, namespace ${namespace}`;
  try {
    const { gitVersion, major, minor } = await withTimeout(version.getCode());
    const facts = `Kubernetes ${gitVersion} at ${where}`;
    if (Number(major) > 1 || Number.parseInt(minor, 10) >= FIRST_MINOR) return { name, state: "ok", facts };
    return { name, state: "missing", facts, fix: `Kubernetes 1.${FIRST_MINOR} or newer is needed.` };
  } catch (error) {
    if (apiFailure(error)?.status === 401) {
      const { message, hint } = new UnknownAccountError(error);
      return { name, state: "missing", facts: `${where}: ${message}`, fix: hint };
    }
    return {
      name,
      state: "missing",
      facts: `${where} does not answer: ${messageOf(error).split("\n")[0]}`,
      fix: "Check that `kubectl version` works with the same KUBECONFIG and context.",
    };
  }
}
