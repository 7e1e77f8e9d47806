import { statfs } from "node:fs/promises";
import type { ServiceSpec } from "../../compose/spec.js";
import { parseBytes } from "../../compose/units.js";
import type { ContainerConfig } from "../engine.js";
import { EngineError, type EngineVersion } from "../engine-answers.js";

export const DEFAULT_LIMIT_BYTES = 64 * 2 ** 30;
/** What one sandbox may take of what is free when it starts, where nothing but a watch keeps the host and the others alive. */
const SHARE_OF_FREE = 0.9;

/** The disk with containers. */
export interface HostDisk {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Undefined when that disk is not to be seen from here. */
export type HostDiskFacts = () => Promise<HostDisk | undefined>;

/** Looks at the disk that holds the engine's data, when the engine runs on this machine. */
export function hostDiskOf(dataRoot: string): HostDiskFacts {
  return async () => {
    try {
      const { bavail, blocks, bsize } = await statfs(dataRoot);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch {
      return undefined;
    }
  };
}

/** What the spec says that a service may write: undefined when it says nothing, 0 for no limit. */
export function statedDiskBytes(service: ServiceSpec): number | undefined {
  const size = service.storage_opt?.size;
  return size === undefined ? undefined : (parseBytes(size) ?? 0);
}

/**
 * What a service's container may write to its own disk: `storage_opt.size`, where 0 is no limit, or 64 GiB, and never more
 * than nine tenths of what is free.
 * @returns undefined for no limit
 */
export function diskLimitBytes(service: ServiceSpec, freeBytes: number | undefined): number | undefined {
  const stated = statedDiskBytes(service);
  if (stated !== undefined) return stated || undefined;
  return Math.floor(Math.min(DEFAULT_LIMIT_BYTES, (freeBytes ?? Number.POSITIVE_INFINITY) * SHARE_OF_FREE));
}

/** Whether the storage driver may be able to hold a container to a size; only a try tells. */
export function mayHaveQuota({ storageDriver, backingFilesystem }: EngineVersion): boolean {
  return storageDriver === "overlay2" ? backingFilesystem === "xfs" : ["btrfs", "zfs"].includes(storageDriver);
}

/**
 * Creates a container with its quota, or without where the engine refuses quotas.
 * @returns whether the engine holds it to its quota
 */
export async function createWithQuota<Created>(
  config: ContainerConfig,
  create: (config: ContainerConfig) => Promise<Created>,
): Promise<{ readonly created: Created; readonly hasQuota: boolean }> {
  const { StorageOpt: quota, ...hostConfig } = config.HostConfig ?? {};
  if (quota === undefined) return { created: await create(config), hasQuota: false };
  try {
    return { created: await create(config), hasQuota: true };
  } catch (error) {
    if (!(error instanceof EngineError && /storage-opt|quota/i.test(error.message))) throw error;
    return { created: await create({ ...config, HostConfig: hostConfig }), hasQuota: false };
  }
}
