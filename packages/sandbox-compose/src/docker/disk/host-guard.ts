import { formatBytes } from "@mlebench/base";
import type { HostDisk, HostDiskFacts } from "./disk-limit.js";

const LOOK_MS = 500;
/** After an end, for as long as that takes to stop the writing and to be removed. */
const PAUSE_MS = 5000;
const RESERVE_BYTES = 5 * 2 ** 30;
const RESERVE_SHARE = 0.05;
/** What ends a sandbox comes before the reserve is touched; disks are only promised above this (MOUNT_SCRIPT). */
const END_FACTOR = 9 / 8;

/** A sandbox that takes of the host's disk. */
export interface GuardedSandbox {
  readonly id: string;
  usedBytes(): Promise<number>;
  /** Ends it: the host is short of disk, which need not be its fault. */
  end(facts: string): void;
}

/** What stays free on the disk with containers: 5 GiB, or 5 % of a disk that is smaller than 100 GiB. */
export function hostReserveBytes({ totalBytes }: Pick<HostDisk, "totalBytes">): number {
  return Math.min(RESERVE_BYTES, totalBytes * RESERVE_SHARE);
}

/**
 * Keeps the host's disk usable when something else fills it, or where limits are only watched: before the reserve is touched,
 * the sandbox that takes most is ended. A sandbox that starts on a disk that is short already ends nobody.
 */
export class HostGuard {
  readonly #hostDisk: HostDiskFacts;
  readonly #sandboxes = new Set<GuardedSandbox>();
  #timer: NodeJS.Timeout | undefined;

  constructor(hostDisk: HostDiskFacts) {
    this.#hostDisk = hostDisk;
  }

  async add(sandbox: GuardedSandbox): Promise<void> {
    const disk = await this.#hostDisk();
    if (disk === undefined || isShort(disk)) return;
    this.#sandboxes.add(sandbox);
    if (this.#timer === undefined) this.#wait(LOOK_MS);
  }

  remove(sandbox: GuardedSandbox): void {
    this.#sandboxes.delete(sandbox);
    if (this.#sandboxes.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(() => false)
        .then((ended) => {
          if (this.#sandboxes.size > 0) this.#wait(ended ? PAUSE_MS : LOOK_MS);
          else this.#timer = undefined;
        });
    }, milliseconds).unref();
  }

  /** @returns whether it ended a sandbox */
  async #look(): Promise<boolean> {
    const disk = await this.#hostDisk();
    if (disk === undefined || !isShort(disk)) return false;
    const measured = await Promise.all(
      [...this.#sandboxes].map(async (sandbox) => ({ sandbox, bytes: await sandbox.usedBytes().catch(() => 0) })),
    );
    const [largest] = measured.sort((a, b) => b.bytes - a.bytes);
    if (largest === undefined) return false;
    this.#sandboxes.delete(largest.sandbox);
    largest.sandbox.end(
      `the disk with containers has ${formatBytes(disk.freeBytes)} left, of which ${formatBytes(hostReserveBytes(disk))} are kept for the host; of the sandboxes here this one takes most, ${formatBytes(largest.bytes)}.`,
    );
    return true;
  }
}

function isShort(disk: HostDisk): boolean {
  return disk.freeBytes < hostReserveBytes(disk) * END_FACTOR;
}
