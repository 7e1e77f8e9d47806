import type { V1NetworkPolicy, V1NetworkPolicyPeer } from "@kubernetes/client-node";
import type { ComposeSpec } from "@mlebench/sandbox-compose";
import { labelValue, SANDBOX_LABEL, SERVICE_LABEL } from "../life/labels.js";
import type { PodContext } from "../pod/manifest.js";
import { isWithoutNetwork, peersOf } from "../services/topology.js";

export interface PolicyContext extends Pick<PodContext, "name" | "metadata" | "settings"> {
  readonly sandbox: string;
}

/**
 * What may reach a service, and what it may reach: the services that share a network with it, and the outside only where
 * the spec gives it a network that leads there. No name server: names of services are in /etc/hosts.
 */
export function networkPolicy(spec: ComposeSpec, service: string, context: PolicyContext): V1NetworkPolicy {
  const { name, sandbox, metadata, settings } = context;
  const peers = [...peersOf(spec, service).keys()].map(
    (peer): V1NetworkPolicyPeer => ({ podSelector: selectorOf(sandbox, peer) }),
  );
  const toPeers = peers.length === 0 ? [] : [{ to: peers }];
  return {
    metadata: {
      name,
      labels: { ...metadata.labels },
      annotations: { ...metadata.annotations },
      ownerReferences: settings.ownerReference === undefined ? undefined : [{ ...settings.ownerReference }],
    },
    spec: {
      podSelector: selectorOf(sandbox, service),
      policyTypes: ["Ingress", "Egress"],
      ingress: peers.length === 0 ? [] : [{ _from: peers }],
      egress: isWithoutNetwork(spec, service) ? toPeers : [{}],
    },
  };
}

function selectorOf(sandbox: string, service: string) {
  return { matchLabels: { [SANDBOX_LABEL]: sandbox, [SERVICE_LABEL]: labelValue(service) } };
}
