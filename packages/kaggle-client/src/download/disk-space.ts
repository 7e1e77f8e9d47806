import { statfs } from "node:fs/promises";
import { DiskFullError, FileSystemError, KaggleError } from "../errors.js";

/** Bytes that an ordinary user may still write to the disk of a directory; undefined where the system does not say. */
export async function freeBytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** @throws DiskFullError when fewer than `neededBytes` are free. */
export async function requireSpace(directory: string, neededBytes: number): Promise<void> {
  const availableBytes = await freeBytes(directory);
  if (availableBytes !== undefined && availableBytes < neededBytes) {
    throw new DiskFullError(directory, { neededBytes, availableBytes, when: "before" });
  }
}

/** Names what a failed file operation means: a full disk or quota, or something else about the file. Others pass unchanged. */
export function writeError(path: string, directory: string, cause: unknown, neededBytes?: number): unknown {
  if (!(cause instanceof Error) || !("syscall" in cause) || KaggleError.is(cause)) return cause;
  const code = "code" in cause ? cause.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new DiskFullError(directory, { neededBytes, when: "during", cause });
  return new FileSystemError(path, cause.message, { cause });
}
