import type { ComposeSpec } from "@mlebench/sandbox-compose";
import { isInternal, serviceNetworks } from "@mlebench/sandbox-compose/provider-kit";

/** Whether a service has no way out of its sandbox. */
export function isWithoutNetwork(spec: ComposeSpec, service: string): boolean {
  const mode = spec.services[service]?.network_mode;
  if (mode !== undefined) return mode === "none";
  return serviceNetworks(spec, service).every(({ name }) => isInternal(spec, name));
}

/** The services that share a network with one, each with the names under which it is known there. */
export function peersOf(spec: ComposeSpec, service: string): Map<string, readonly string[]> {
  const networks = new Set(serviceNetworks(spec, service).map(({ name }) => name));
  const peers = new Map<string, readonly string[]>();
  for (const other of Object.keys(spec.services)) {
    if (other === service) continue;
    const names = serviceNetworks(spec, other).flatMap(({ name, aliases }) => (networks.has(name) ? aliases : []));
    if (names.length > 0) peers.set(other, [...new Set(names)]);
  }
  return peers;
}
