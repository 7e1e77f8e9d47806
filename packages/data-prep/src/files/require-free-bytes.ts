import { formatBytes, usableBytes } from "@mlebench/base";
import { DataPrepError } from "../errors.js";

/** There is less room than a step is known to need; nothing was written. */
export class DiskSpaceError extends DataPrepError {
  readonly neededBytes: number;
  readonly freeBytes: number;

  constructor(directory: string, neededBytes: number, freeBytes: number, what: string) {
    super({
      code: "DATA_PREP_DISK_SPACE",
      message: `${what} needs ${formatBytes(neededBytes)} in ${directory}, and ${formatBytes(freeBytes)} may be used (5 GiB, or 5 % of a smaller disk, stay free).`,
      hint: "Free some space (`mlebench data prune` drops raw data that no run needs) or choose another data directory.",
    });
    this.neededBytes = neededBytes;
    this.freeBytes = freeBytes;
  }
}

/** @throws DiskSpaceError when `neededBytes` do not fit. */
export async function requireFreeBytes(directory: string, neededBytes: number, what: string): Promise<void> {
  const free = await usableBytes(directory);
  if (neededBytes > free) throw new DiskSpaceError(directory, neededBytes, free, what);
}
