import { BlockList, isIP } from "node:net";

/** Addresses that only a machine of one's own network answers for. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv6");
}

/**
 * Whether a server may send one on to an address: to http or https, not from https to http, and not from a public host to
 * an address of the private network, where servers trust whoever asks. What a name resolves to is not looked at.
 */
export function isSafeTarget(from: URL, target: URL): boolean {
  if (target.protocol !== "https:" && (from.protocol === "https:" || target.protocol !== "http:")) return false;
  return isPrivate(from.hostname) || !isPrivate(target.hostname);
}

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const version = isIP(host);
  // An IPv4 address inside of an IPv6 one is checked as the former.
  if (version !== 0) return PRIVATE.check(host, version === 4 ? "ipv4" : "ipv6");
  return /(^|\.)localhost\.?$/i.test(host);
}
