import type { FilledService } from "../fill-service.js";

/** Docker's own, which containers of user-defined networks ask. */
const NETWORK_RESOLVER = "nameserver 127.0.0.11\noptions ndots:0\n";
const LOCALHOST = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/**
 * What stands in the three files that the engine keeps beside a container and binds into it for writing: root in the container
 * could fill the host's disk through them, past every limit. They are bound read-only from here instead. Undefined where only
 * the engine knows what they have to say: in the host's networks, or with its name for the host's address.
 * @param hostname which the container gets
 */
export function hostFiles(service: FilledService, hostname: string): Readonly<Record<string, string>> | undefined {
  const { network_mode: mode, extra_hosts: extra = [], volumes = [] } = service;
  const hasNetworks = mode === undefined;
  if (!hasNetworks && mode !== "none") return undefined;
  if (extra.some((line) => line.endsWith("host-gateway"))) return undefined;
  const others = extra.map((line) => {
    const at = line.indexOf(":");
    return `${line.slice(at + 1)}\t${line.slice(0, at)}\n`;
  });
  const files: Record<string, string> = {
    "/etc/hosts": `${LOCALHOST}127.0.1.1\t${hostname}\n${others.join("")}`,
    "/etc/resolv.conf": hasNetworks ? NETWORK_RESOLVER : "",
    "/etc/hostname": `${hostname}\n`,
  };
  return Object.fromEntries(Object.entries(files).filter(([path]) => volumes.every(({ target }) => target !== path)));
}
