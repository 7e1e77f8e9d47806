import { statfs } from "node:fs/promises";
import type { ServiceSpec } from "../compose/spec.js";
import { parseBytes } from "../compose/units.js";
import type { ContainerConfig, Engine } from "./engine.js";
import { EngineError, type EngineVersion } from "./engine-answers.js";

const DEFAULT_LIMIT_BYTES = 64 * 2 ** 30;
/** What one sandbox may take of what is free when it starts; the rest keeps the host and the others alive. */
const SHARE_OF_FREE = 0.9;
const LOOK_SECONDS = 1;
/** Sizes are measured again when the disk lost this share of a limit, */
const STEP = 0.02;
/** and anyhow after this many seconds: others may free what a sandbox takes, or the disk is not to be seen from here. */
const LONGEST_UNMEASURED_SECONDS = 15;

/** Free bytes of the disk with containers; undefined when it is not to be seen from here. */
export type FreeBytes = () => Promise<number | undefined>;

/** Looks at the disk that holds the engine's data, when the engine runs on this machine. */
export function freeBytesOf(dataRoot: string): FreeBytes {
  return async () => {
    try {
      const { bavail, bsize } = await statfs(dataRoot);
      return bavail * bsize;
    } catch {
      return undefined;
    }
  };
}

/**
 * What a service's container may write to its own disk: `storage_opt.size`, where 0 is no limit, or 64 GiB, and never more
 * than nine tenths of what is free.
 * @returns undefined for no limit
 */
export function diskLimitBytes(service: ServiceSpec, freeBytes: number | undefined): number | undefined {
  const stated = service.storage_opt?.size;
  if (stated !== undefined) return parseBytes(stated) || undefined;
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

/** A container with what it may write. */
export interface DiskUser {
  readonly containerId: string;
  readonly containerName: string;
  readonly limitBytes: number;
}

export interface DiskWatchOptions {
  readonly engine: Engine;
  readonly users: readonly DiskUser[];
  readonly freeBytes: FreeBytes;
  /** Told once, with the facts. */
  readonly onExceeded: (facts: string) => void;
}

/**
 * Watches what containers write, for storage drivers without quotas. The disk's free space is looked at all the time, as
 * that costs nothing; the containers are measured, which reads all their folders, only when there is less of it.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #freeBytes: number | undefined;
  #measuredAt = Number.NEGATIVE_INFINITY;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.users.length > 0) this.#wait();
  }

  /** Measures at once, whatever was measured before. */
  async lookNow(): Promise<void> {
    if (this.#stopped || this.#options.users.length === 0) return;
    this.#measuredAt = Number.NEGATIVE_INFINITY;
    await this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#look()
        // An engine that does not answer is noticed by whoever uses the sandbox.
        .catch(() => undefined)
        .finally(() => {
          if (!this.#stopped) this.#wait();
        });
    }, LOOK_SECONDS * 1000).unref();
  }

  async #look(): Promise<void> {
    const { engine, users, freeBytes, onExceeded } = this.#options;
    const free = await freeBytes();
    this.#freeBytes ??= free;
    const step = Math.min(...users.map(({ limitBytes }) => limitBytes)) * STEP;
    const hasLost = free !== undefined && this.#freeBytes !== undefined && free < this.#freeBytes - step;
    const isOld = performance.now() - this.#measuredAt > LONGEST_UNMEASURED_SECONDS * 1000;
    if (!hasLost && !isOld) return;
    for (const { containerId, containerName, limitBytes } of users) {
      const bytes = await engine.writtenBytes(containerId);
      if (this.#stopped) return;
      if (bytes <= limitBytes) continue;
      this.stop();
      onExceeded(`container ${containerName} wrote ${bytes} bytes to its disk, and may write ${limitBytes}.`);
      return;
    }
    this.#freeBytes = free;
    this.#measuredAt = performance.now();
  }
}
