import type { Engine } from "../engine.js";
import { deletedBytes } from "./deleted-files.js";
import type { HostDiskFacts } from "./disk-limit.js";

const LOOK_SECONDS = 1;
/** Sizes are measured again when the disk lost this share of a limit, */
const STEP = 0.02;
/** and anyhow after this many seconds: others may free what a sandbox takes, or the disk is not to be seen from here. */
const LONGEST_UNMEASURED_SECONDS = 15;

/** A container with what it may write. */
export interface DiskUser {
  readonly containerId: string;
  readonly containerName: string;
  readonly limitBytes: number;
}

export interface DiskWatchOptions {
  readonly engine: Engine;
  readonly users: readonly DiskUser[];
  readonly hostDisk: HostDiskFacts;
  /** Told once, with the facts. */
  readonly onExceeded: (facts: string) => void;
}

/**
 * Watches what containers write, where nothing else holds them to a size. The disk's free space is looked at all the time, as
 * that costs nothing; the containers are measured, which reads all their folders and what their processes hold open, only
 * when there is less of it.
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
    const { engine, users, hostDisk, onExceeded } = this.#options;
    const free = (await hostDisk())?.freeBytes;
    this.#freeBytes ??= free;
    const step = Math.min(...users.map(({ limitBytes }) => limitBytes)) * STEP;
    const hasLost = free !== undefined && this.#freeBytes !== undefined && free < this.#freeBytes - step;
    const isOld = performance.now() - this.#measuredAt > LONGEST_UNMEASURED_SECONDS * 1000;
    if (!hasLost && !isOld) return;
    for (const { containerId, containerName, limitBytes } of users) {
      const visible = await engine.writtenBytes(containerId);
      const deleted = visible > limitBytes ? 0 : await deletedBytes(engine, containerId);
      if (this.#stopped) return;
      const bytes = visible + deleted;
      if (bytes <= limitBytes) continue;
      this.stop();
      onExceeded(`container ${containerName} wrote ${bytes} bytes to its disk, and may write ${limitBytes}.`);
      return;
    }
    this.#freeBytes = free;
    this.#measuredAt = performance.now();
  }
}
