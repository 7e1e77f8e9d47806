import { ComposeSpecError } from "../errors.js";
import type { ComposeSpec } from "./spec.js";

/**
 * Services in the order in which they have to start: each after those that it depends on.
 * @throws RangeError that names the circle
 */
export function serviceOrder(spec: ComposeSpec): string[] {
  const order: string[] = [];
  const visiting: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    if (visiting.includes(name))
      throw new RangeError(`services: depends_on goes in a circle: ${[...visiting, name].join(" -> ")}`);
    visiting.push(name);
    for (const other of Object.keys(spec.services[name]?.depends_on ?? {})) visit(other);
    visiting.pop();
    order.push(name);
  };
  for (const name of Object.keys(spec.services)) visit(name);
  return order;
}

/**
 * The service that commands run in: the one asked for, else the one with `x-default: true`, else `default`, else the only one.
 * @throws ComposeSpecError when that is none
 */
export function mainService(spec: ComposeSpec, wanted?: string): string {
  const names = Object.keys(spec.services);
  if (wanted !== undefined) {
    if (Object.hasOwn(spec.services, wanted)) return wanted;
    throw new ComposeSpecError([`services.${wanted}: asked for, but there are only ${names.join(", ")}`]);
  }
  const marked = names.filter((name) => spec.services[name]?.["x-default"] === true);
  if (marked.length > 1) throw new ComposeSpecError([`services: x-default is set on ${marked.join(" and ")}`]);
  const found = marked[0] ?? names.find((name) => name === "default") ?? (names.length === 1 ? names[0] : undefined);
  if (found === undefined) {
    throw new ComposeSpecError([`services: call one of ${names.join(", ")} "default", or give it x-default: true`]);
  }
  return found;
}

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
