import { type ComposeSpec, parseBytes } from "@mlebench/sandbox-compose";
import type { Hardware } from "./resolved-run.js";

/** What the services of a spec may take together. */
export function hardwareOf({ services }: ComposeSpec): Hardware {
  return Object.values(services)
    .map((service): Hardware => {
      const { limits, reservations } = service.deploy?.resources ?? {};
      const memory = service.mem_limit ?? limits?.memory;
      return {
        cpus: Number(service.cpus ?? limits?.cpus ?? 0),
        memoryBytes: memory === undefined ? undefined : parseBytes(memory),
        gpus: (reservations?.devices ?? []).map(gpusOf).reduce(sumOfGpus, 0),
      };
    })
    .reduce((sum, next) => ({
      cpus: sum.cpus + next.cpus,
      memoryBytes:
        sum.memoryBytes === undefined || next.memoryBytes === undefined
          ? undefined
          : sum.memoryBytes + next.memoryBytes,
      gpus: sumOfGpus(sum.gpus, next.gpus),
    }));
}

/** What so many sandboxes take together. @param hostGpus how many there are to share, where that is known */
export function hardwareOfAll(each: Hardware, sandboxes: number, hostGpus: number | undefined): Hardware {
  return {
    cpus: each.cpus * sandboxes,
    memoryBytes: each.memoryBytes === undefined ? undefined : each.memoryBytes * sandboxes,
    gpus: each.gpus === "all" ? "all" : Math.min(each.gpus * sandboxes, hostGpus ?? Number.POSITIVE_INFINITY),
  };
}

function gpusOf({
  count,
  device_ids: ids,
}: {
  count?: "all" | number;
  device_ids?: readonly string[];
}): number | "all" {
  return ids?.length ?? (count === undefined || count === -1 ? "all" : count);
}

function sumOfGpus(a: number | "all", b: number | "all"): number | "all" {
  return a === "all" || b === "all" ? "all" : a + b;
}
