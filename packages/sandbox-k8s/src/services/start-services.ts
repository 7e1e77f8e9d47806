import type { V1HostAlias, V1Pod } from "@kubernetes/client-node";
import type { ComposeSpec, UpOptions } from "@mlebench/sandbox-compose";
import type { Cluster } from "../api/cluster.js";
import { labelValue, SERVICE_LABEL } from "../life/labels.js";
import { networkPolicy } from "../network/policy.js";
import { type PodContext, podManifest } from "../pod/manifest.js";
import type { Condition } from "../pod/until-up.js";
import type { FollowedPods } from "../pod/watcher.js";
import { addHost } from "./add-host.js";
import type { HeadlessServices } from "./headless-services.js";
import { isWithoutNetwork, peersOf, podName, startOrder } from "./topology.js";

export interface StartServicesOptions
  extends Pick<PodContext, "metadata" | "settings">,
    Pick<UpOptions, "onProgress" | "signal"> {
  readonly cluster: Cluster;
  readonly sandbox: string;
  readonly main: string;
  readonly pods: FollowedPods;
  /** Creates one object, and throws what stops the start. */
  readonly make: (create: () => Promise<unknown>) => Promise<void>;
  readonly until: (service: string, condition: Condition) => Promise<void>;
  readonly headless: HeadlessServices;
}

/**
 * Starts a pod for each service and waits until all are up. They know each other by name without a cluster's DNS: a pod is
 * born with the addresses of those before it in /etc/hosts, and gets those of later ones written there. Where there is DNS,
 * it knows the further ones too.
 */
export async function startServices(spec: ComposeSpec, options: StartServicesOptions): Promise<void> {
  const { cluster, sandbox, main, metadata, settings, pods, make, until, headless, onProgress, signal } = options;
  const { namespace, core, networking } = cluster;
  const nameOf = (service: string) => podName(sandbox, service, main);
  const seen = (service: string) => {
    const pod = pods.pod(nameOf(service));
    return pod === "deleted" ? undefined : pod;
  };
  const order = startOrder(spec, main);
  const started: string[] = [];
  const introductions: Promise<void>[] = [];
  for (const service of order) {
    const labels = { ...metadata.labels, [SERVICE_LABEL]: labelValue(service) };
    const context = { name: nameOf(service), metadata: { ...metadata, labels }, settings };
    const policy = networkPolicy(spec, service, { ...context, sandbox });
    await make(() => networking.createNamespacedNetworkPolicy({ namespace, body: policy }));
    for (const [other, { condition }] of Object.entries(spec.services[service]?.depends_on ?? {})) {
      if (condition !== "service_started") await until(other, condition);
    }
    const peers = [...peersOf(spec, service)];
    const body = podManifest(spec.services[service]!, {
      ...context,
      service,
      main: service === main,
      isolated: isWithoutNetwork(spec, service),
      hostAliases: peers.flatMap(([peer, names]) => hostAlias(seen(peer), names)),
    });
    await make(() => core.createNamespacedPod({ namespace, body }));
    onProgress?.({ type: "service-start", service, container: nameOf(service) });
    started.push(service);
    const known = order.filter((other) => other !== service && peersOf(spec, other).has(service));
    if (known.length > 0) await until(service, "addressed");
    const uid = seen(service)?.metadata?.uid;
    if (known.length > 0 && service !== main && uid !== undefined) {
      introductions.push(headless.announce({ ...context, uid }, { onProgress, signal }));
    }
    for (const other of known.filter((one) => started.includes(one))) {
      const [alias] = hostAlias(seen(service), peersOf(spec, other).get(service) ?? []);
      if (alias === undefined) continue;
      const introduction = addHost(cluster, pods, nameOf(other), alias).then((problem) => {
        if (problem === undefined) return;
        onProgress?.({ type: "warning", message: `${other} does not know ${service} by name: ${problem}` });
      });
      introductions.push(introduction);
    }
  }
  for (const service of order) await until(service, service === main ? "up" : "up-or-done");
  await Promise.all(introductions);
}

function hostAlias(pod: V1Pod | undefined, names: readonly string[]): V1HostAlias[] {
  const ip = pod?.status?.podIP;
  return ip === undefined ? [] : [{ ip, hostnames: [...names] }];
}
