import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { DataPrepError } from "../errors.js";
import { formatBytes } from "./format-bytes.js";

/** There is less room than a step is known to need; nothing was written. */
export class DiskSpaceError extends DataPrepError {
  readonly neededBytes: number;
  readonly freeBytes: number;

  constructor(directory: string, neededBytes: number, freeBytes: number, what: string) {
    super({
      code: "DATA_PREP_DISK_SPACE",
      message: `${what} needs ${formatBytes(neededBytes)} in ${directory}, and ${formatBytes(freeBytes)} are free.`,
      hint: "Free some space (`mlebench data prune` drops raw data that no run needs) or choose another data directory.",
    });
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }
}

/** Bytes an ordinary user may still write below a folder, which need not exist yet. */
export async function freeBytes(directory: string): Promise<number> {
  for (let path = directory; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path === dirname(path)) throw error;
    }
  }
}

/** @throws DiskSpaceError when `neededBytes` do not fit. */
export async function requireFreeBytes(directory: string, neededBytes: number, what: string): Promise<void> {
  const free = await freeBytes(directory);
  if (neededBytes > free) throw new DiskSpaceError(directory, neededBytes, free, what);
}
