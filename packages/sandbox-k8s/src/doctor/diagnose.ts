import type { ProviderCheck } from "@mlebench/sandbox-compose";
import type { Cluster } from "../api/cluster.js";
import type { NetworkCheck } from "../network/check.js";
import type { Settings } from "../options.js";
import { checkNetwork } from "./check-network.js";
import { checkNodes } from "./check-nodes.js";
import { checkRights } from "./check-rights.js";
import { checkRuntimeClass } from "./check-runtime-class.js";
import { checkServer } from "./check-server.js";

/** Looks at all that sandboxes need of a cluster; ends at the first thing without which the rest cannot be seen. */
export async function diagnose(
  cluster: Cluster,
  settings: Settings,
  check: NetworkCheck,
  image: string,
): Promise<ProviderCheck[]> {
  const server = await checkServer(cluster);
  if (server.state === "missing") return [server];
  const needed = await Promise.all([checkRights(cluster), checkRuntimeClass(cluster, settings)]);
  const found = [server, ...needed, await checkNodes(cluster, settings)];
  if (needed.some(({ state }) => state === "missing")) return found;
  return [...found, await checkNetwork(check, settings, image)];
}
