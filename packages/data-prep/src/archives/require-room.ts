import { formatBytes, usableBytes } from "@mlebench/base";
import { ArchiveError } from "./archive-error.js";

/** Room is asked for again after so many bytes, and half of a smaller rest, where an archive does not say how many come. */
const STEP_BYTES = 64 << 20;

/**
 * What may be used of the disk.
 * @throws ArchiveError `room` when so many more bytes would not leave its reserve.
 */
export async function requireRoom(archivePath: string, directory: string, bytes: number): Promise<number> {
  const usable = await usableBytes(directory);
  if (bytes <= usable) return usable;
  throw new ArchiveError(
    "room",
    archivePath,
    `unpacking it takes ${formatBytes(bytes)} or more in ${directory}, and ${formatBytes(usable)} may be used (5 GiB, or 5 % of a smaller disk, stay free)`,
  );
}

/** The same for an archive that is judged while it is unpacked: call it before each piece is written. */
export function roomWatch(archivePath: string, directory: string): (bytes: number) => Promise<void> {
  let left = 0;
  return async (bytes) => {
    left -= bytes;
    if (left >= 0) return;
    left = Math.min(STEP_BYTES, (await requireRoom(archivePath, directory, bytes)) / 2);
  };
}
