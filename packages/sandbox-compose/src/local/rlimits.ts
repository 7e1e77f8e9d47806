import type { ServiceSpec } from "../compose/spec.js";
import { parseBytes } from "../compose/units.js";

/** How shells set a limit: the letter (or letters to try, as dash and bash differ), and what one unit of it is. */
const FLAGS: Readonly<Record<string, { readonly letters: readonly string[]; readonly unit: number }>> = {
  as: { letters: ["v"], unit: 1024 },
  core: { letters: ["c"], unit: 512 },
  cpu: { letters: ["t"], unit: 1 },
  data: { letters: ["d"], unit: 1024 },
  fsize: { letters: ["f"], unit: 512 },
  memlock: { letters: ["l"], unit: 1024 },
  nofile: { letters: ["n"], unit: 1 },
  nproc: { letters: ["u", "p"], unit: 1 },
  stack: { letters: ["s"], unit: 1024 },
};

/**
 * Shell lines that give a command the limits of a service, as far as one process can be limited: `ulimits` as they are, and
 * the memory limit for the private memory of each process (Linux; macOS does not enforce it).
 */
export function limitLines(service: ServiceSpec): string[] {
  const memory = parseBytes(service.mem_limit ?? service.deploy?.resources?.limits?.memory ?? 0) ?? 0;
  const limits: Record<string, number> = { core: 0, data: memory > 0 ? memory : -1 };
  for (const [name, limit] of Object.entries(service.ulimits ?? {})) {
    limits[name] = typeof limit === "number" ? limit : limit.hard;
  }
  return Object.entries(limits).flatMap(([name, value]) => {
    const flag = FLAGS[name];
    if (flag === undefined || value < 0) return [];
    const amount = Math.floor(value / flag.unit);
    return [flag.letters.map((letter) => `ulimit -${letter} ${amount} 2>/dev/null`).join(" || ")];
  });
}

/** Keys of a service that only a container can honour; named in the provider's warning. */
export function ignoredKeys(service: ServiceSpec): string[] {
  const ignored: (keyof ServiceSpec)[] = [
    "image",
    "build",
    "command",
    "entrypoint",
    "user",
    "cpus",
    "cap_add",
    "cap_drop",
    "security_opt",
    "pids_limit",
    "shm_size",
    "runtime",
    "healthcheck",
    "platform",
    "hostname",
    "sysctls",
    "storage_opt",
  ];
  const keys = ignored.filter((key) => service[key] !== undefined).map(String);
  const unlimited = Object.keys(service.ulimits ?? {}).filter((name) => FLAGS[name] === undefined);
  const devices =
    service.deploy?.resources?.reservations?.devices === undefined ? [] : ["deploy.resources.reservations.devices"];
  return [...keys, ...unlimited.map((name) => `ulimits.${name}`), ...devices];
}
