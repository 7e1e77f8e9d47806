import { KubeConfig } from "@kubernetes/client-node";
import { messageOf } from "@mlebench/base";
import { ClusterUnavailableError } from "../errors.js";
import type { Settings } from "../options.js";

/** What the client takes when it finds no configuration at all. */
const NOWHERE = "http://localhost:8080";

/** @throws ClusterUnavailableError when no configuration leads to a cluster, naming where it was looked for */
export function loadConfig({ kubeconfig, context }: Pick<Settings, "kubeconfig" | "context">): KubeConfig {
  const config = new KubeConfig();
  const file = kubeconfig ?? process.env["KUBECONFIG"];
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    const problem = problemOf(config, context ?? config.getCurrentContext());
    if (problem !== undefined) throw new Error(problem);
    if (context !== undefined) config.setCurrentContext(context);
    return config;
  } catch (cause) {
    const [facts] = messageOf(cause).split("\n");
    const where = file ? ` by ${file}` : "";
    throw new ClusterUnavailableError(`No Kubernetes cluster is configured${where}: ${facts}`, { cause });
  }
}

function problemOf(config: KubeConfig, context: string): string | undefined {
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    return `${context ? `there is no context ${context}` : "no context is the current one"}; there ${known.length === 0 ? "are none" : `is ${known.join(", ")}`}`;
  }
  const name = config.getContextObject(context)?.cluster ?? "";
  const cluster = config.getCluster(name);
  if (cluster === null) return `its context ${context} names cluster ${name}, which is not there`;
  if (!cluster.server.startsWith("http:") || cluster.skipTLSVerify === true) return undefined;
  return cluster.server === NOWHERE
    ? "there is neither KUBECONFIG nor ~/.kube/config, and this is no pod of a cluster"
    : `${cluster.server} has no TLS; it needs https, or insecure-skip-tls-verify`;
}
