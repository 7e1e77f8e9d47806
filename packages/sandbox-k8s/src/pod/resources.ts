import type { V1ResourceRequirements } from "@kubernetes/client-node";
import { parseBytes, type ServiceSpec } from "@mlebench/sandbox-compose";
import type { Settings } from "../options.js";

/** Limits and requests. What is not asked for is not set: a LimitRange of the namespace may do that. */
export function resources(service: ServiceSpec, { gpuResources }: Settings): V1ResourceRequirements {
  const { limits: asked, reservations } = service.deploy?.resources ?? {};
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  const set = (into: Record<string, string>, resource: string, amount: number | string | undefined) => {
    if (amount !== undefined) into[resource] = String(amount);
  };
  set(limits, "memory", memoryLimit(service));
  set(limits, "cpu", milliCpus(service.cpus ?? asked?.cpus));
  set(limits, "ephemeral-storage", parseBytes(service.storage_opt?.size ?? ""));
  set(requests, "memory", parseBytes(service.mem_reservation ?? reservations?.memory ?? ""));
  set(requests, "cpu", milliCpus(reservations?.cpus));
  for (const device of reservations?.devices ?? []) {
    const resource = gpuResources[device.driver || "nvidia"] ?? "";
    // "all" (-1) has no meaning where pods share nodes: one.
    const count = device.device_ids?.length ?? (typeof device.count === "number" ? Math.max(1, device.count) : 1);
    limits[resource] = String(Number(limits[resource] ?? 0) + count);
  }
  return { limits, requests };
}

/** Bytes. */
export function memoryLimit(service: ServiceSpec): number | undefined {
  return parseBytes(service.mem_limit ?? service.deploy?.resources?.limits?.memory ?? "");
}

function milliCpus(cpus: string | number | undefined): string | undefined {
  return cpus === undefined ? undefined : `${Math.max(1, Math.round(Number(cpus) * 1000))}m`;
}
