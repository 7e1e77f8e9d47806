import type { V1Node } from "@kubernetes/client-node";
import { messageOf } from "@mlebench/base";
import { type ProviderCheck, parseBytes, SandboxError } from "@mlebench/sandbox-compose";
import { apiFailure, type Cluster, callApi, withTimeout } from "../api/cluster.js";
import { UnknownAccountError } from "../errors.js";
import type { NetworkCheck } from "../network/check.js";
import type { Settings } from "../options.js";

/** The first version whose API server lets the input of an exec end. */
const FIRST_MINOR = 30;
/** What sandboxes need; the role in docs/cluster-owners.md grants it. */
const NEEDED_RIGHTS = [
  { group: "", resource: "pods", verbs: ["create", "get", "list", "watch", "delete", "deletecollection"] },
  { group: "", resource: "pods/exec", verbs: ["create", "get"] },
  { group: "", resource: "pods/log", verbs: ["get"] },
  {
    group: "networking.k8s.io",
    resource: "networkpolicies",
    verbs: ["create", "list", "delete", "deletecollection"],
  },
] as const;

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

/** Whether the API server answers, and is new enough. */
async function checkServer({ config, namespace, version }: Cluster): Promise<ProviderCheck> {
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

/** Asks the API server for each right, so that what is missing is known before a sandbox fails for it. */
async function checkRights({ authorization, namespace }: Cluster): Promise<ProviderCheck> {
  const name = "Rights";
  const wanted = NEEDED_RIGHTS.flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => ({ group, resource, verb, text: `${verb} ${resource}` })),
  );
  const answers = await Promise.all(
    wanted.map(async ({ group, resource: path, verb, text }) => {
      const [resource, subresource] = path.split("/");
      const resourceAttributes = { namespace, group, resource, subresource, verb };
      const { status } = await callApi(() =>
        authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
      );
      return { text, allowed: status?.allowed === true };
    }),
  );
  const missing = answers.filter(({ allowed }) => !allowed).map(({ text }) => text);
  if (missing.length === 0) return { name, state: "ok", facts: `all ${answers.length} that sandboxes need` };
  return {
    name,
    state: "missing",
    facts: `the account may not ${missing.join(", ")} in ${namespace}`,
    fix: "Bind the account to the role in @mlebench/sandbox-k8s/docs/cluster-owners.md.",
  };
}

/** Whether the runtime class that is asked for exists, and which there are. */
async function checkRuntimeClass({ nodes }: Cluster, { runtimeClassName }: Settings): Promise<ProviderCheck> {
  const name = "Runtime class";
  let known: string[];
  try {
    known = (await callApi(() => nodes.listRuntimeClass())).items.map(({ metadata }) => metadata?.name ?? "");
  } catch {
    return { name, state: "ok", facts: `${runtimeClassName ?? "the nodes' own"}; the account may not list them` };
  }
  const others = known.length === 0 ? "there are no others" : `there are ${known.join(", ")}`;
  if (runtimeClassName === undefined) return { name, state: "ok", facts: `the nodes' own; ${others}` };
  if (known.includes(runtimeClassName)) return { name, state: "ok", facts: runtimeClassName };
  return { name, state: "missing", facts: `${runtimeClassName} does not exist; ${others}`, fix: "Name another one." };
}

/** What the nodes offer, GPUs among it. An account that may not see nodes can start sandboxes all the same. */
async function checkNodes({ core }: Cluster, { gpuResources }: Settings): Promise<ProviderCheck> {
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

/** Whether pods without network really have none, tried with pods of the image. */
async function checkNetwork(
  check: NetworkCheck,
  { allowUnenforcedNetworkPolicy }: Settings,
  image: string,
): Promise<ProviderCheck> {
  const name = "Network";
  if (allowUnenforcedNetworkPolicy) {
    return { name, state: "warning", facts: "not tried: the settings accept a cluster that keeps no pod from it" };
  }
  try {
    await check.require({ image }, { runId: "doctor" });
    return { name, state: "ok", facts: "a pod that is denied all reaches nothing (tried)" };
  } catch (error) {
    return { name, state: "missing", facts: messageOf(error), fix: SandboxError.is(error) ? error.hint : undefined };
  }
}
