import type { V1Node } from "@kubernetes/client-node";
import { type ProviderCheck, parseBytes } from "@mlebench/sandbox-compose";
import { type Cluster, callApi } from "../api/cluster.js";
import type { Settings } from "../options.js";

/** What the nodes offer, GPUs among it. An account that may not see nodes can start sandboxes all the same. */
export async function checkNodes({ core }: Cluster, { gpuResources }: Settings): Promise<ProviderCheck> {
  const name = "Nodes";
  let nodes: V1Node[];
  try {
    nodes = (await callApi(() => core.listNode())).items;
  } catch {
    return { name, state: "ok", facts: "not known: the account may not list nodes" };
  }
  const ready = nodes.filter((node) =>
    node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
  const sum = (resource: string, read: (text: string) => number) =>
    ready.reduce((total, { status }) => total + read(status?.allocatable?.[resource] ?? "0"), 0);
  const gpus = [...new Set(Object.values(gpuResources))].flatMap((resource) => {
    const count = sum(resource, Number);
    return count === 0 ? [] : [`${count} ${resource}`];
  });
  const gigabytes = Math.round(sum("memory", bytesOf) / 1e9);
  const facts = `${ready.length} of ${nodes.length} ready, ${sum("cpu", cpusOf)} CPUs, ${gigabytes} GB, ${gpus.length === 0 ? "no GPUs" : gpus.join(", ")}`;
  if (ready.length > 0) return { name, state: "ok", facts };
  return { name, state: "warning", facts, fix: "Pods wait until a node is ready; look at `kubectl get nodes`." };
}

function cpusOf(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text);
}

function bytesOf(text: string): number {
  return parseBytes(text.replace(/i$/, "")) ?? 0;
}
