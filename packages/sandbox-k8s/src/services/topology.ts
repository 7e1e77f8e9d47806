import { createHash } from "node:crypto";
import { type ComposeSpec, serviceOrder } from "@mlebench/sandbox-compose";
import { isInternal, serviceNetworks } from "@mlebench/sandbox-compose/provider-kit";
import { plainName } from "../pod/manifest.js";

const HASH_DIGITS = 4;
/** With the name of a sandbox and a hash, as long as a name in DNS may be (63). */
const LONGEST_PART = 24;

/** The pod of a service: the main one is called like its sandbox, so that a person finds it. */
export function podName(sandbox: string, service: string, main: string): string {
  if (service === main) return sandbox;
  const plain = plainName(service).slice(0, LONGEST_PART).replace(/-+$/, "");
  if (plain === service) return `${sandbox}-${plain}`;
  // Two services may differ only in what a pod's name cannot have.
  return `${sandbox}-${plain}-${createHash("sha256").update(service).digest("hex").slice(0, HASH_DIGITS)}`;
}

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

/** Services after those that they depend on, and the main one as late as that allows: it then knows the others' addresses. */
export function startOrder(spec: ComposeSpec, main: string): string[] {
  const order = serviceOrder(spec);
  const afterMain = new Set([main]);
  for (const service of order) {
    const needs = Object.keys(spec.services[service]?.depends_on ?? {});
    if (needs.some((other) => afterMain.has(other))) afterMain.add(service);
  }
  afterMain.delete(main);
  return [
    ...order.filter((one) => one !== main && !afterMain.has(one)),
    main,
    ...order.filter((one) => afterMain.has(one)),
  ];
}
