import type { ComposeSpec } from "../compose/spec.js";

/** Networks that a service is in; an empty list means none at all, which is the default for a service that is alone. */
export function serviceNetworks(spec: ComposeSpec, service: string): { name: string; aliases: readonly string[] }[] {
  const { network_mode: mode, networks } = spec.services[service] ?? {};
  if (mode !== undefined) return [];
  if (networks !== undefined) {
    return Object.entries(networks).map(([name, { aliases }]) => ({ name, aliases: [service, ...(aliases ?? [])] }));
  }
  const alone = Object.keys(spec.services).length === 1;
  return alone ? [] : [{ name: "default", aliases: [service] }];
}

/** Whether a network leads nowhere but to the spec's own services. The unnamed default network does, unless declared. */
export function isInternal(spec: ComposeSpec, network: string): boolean {
  const declared = spec.networks?.[network];
  return declared === undefined ? true : (declared.internal ?? false);
}
