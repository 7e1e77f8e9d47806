import { isIP } from "node:net";
import type { V1HostAlias } from "@kubernetes/client-node";

/** `name:address` or `name=address`; undefined when it is neither. */
export function parseHost(line: string): V1HostAlias | undefined {
  const at = line.search(/[:=]/);
  const name = line.slice(0, at);
  const ip = line.slice(at + 1).replace(/^\[(.*)\]$/, "$1");
  return at > 0 && isIP(ip) > 0 ? { ip, hostnames: [name] } : undefined;
}
