import { isIP } from "node:net";
import type { V1ContainerPort, V1HostAlias } from "@kubernetes/client-node";

const EXPOSED = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i;
const LAST_PORT = 65_535;
const MOST_PORTS = 1000;

/** `name:address` or `name=address`; undefined when it is neither. */
export function parseHost(line: string): V1HostAlias | undefined {
  const at = line.search(/[:=]/);
  const name = line.slice(0, at);
  const ip = line.slice(at + 1).replace(/^\[(.*)\]$/, "$1");
  return at > 0 && isIP(ip) > 0 ? { ip, hostnames: [name] } : undefined;
}

/** Ports of `80`, `53/udp` or `8000-8010`; undefined when it is none of these. */
export function exposedPorts(written: string): V1ContainerPort[] | undefined {
  const [, first, last = first, protocol = "tcp"] = EXPOSED.exec(written) ?? [];
  const from = Number(first);
  const count = Number(last) - from + 1;
  if (!(from >= 1 && Number(last) <= LAST_PORT && count >= 1 && count <= MOST_PORTS)) return undefined;
  return Array.from({ length: count }, (_, at) => ({ containerPort: from + at, protocol: protocol.toUpperCase() }));
}
