import { codeOf, usableBytes } from "@mlebench/base";
import { DiskFullError, FileSystemError, KaggleError } from "../errors.js";

/**
 * @throws DiskFullError when `neededBytes` would not leave the reserve; where the system does not say, all fit.
 * @returns what may be used.
 */
export async function requireSpace(directory: string, neededBytes: number): Promise<number | undefined> {
  const availableBytes = await usableBytes(directory).catch(() => undefined);
  if (availableBytes !== undefined && availableBytes < neededBytes) {
    throw new DiskFullError(directory, { neededBytes, availableBytes, when: "before" });
  }
  return availableBytes;
}

/** Names what a failed file operation means: a full disk or quota, or something else about the file. Others pass unchanged. */
export function writeError(path: string, directory: string, cause: unknown, neededBytes?: number): unknown {
  if (!(cause instanceof Error) || !("syscall" in cause) || KaggleError.is(cause)) return cause;
  const code = codeOf(cause);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new DiskFullError(directory, { neededBytes, when: "during", cause });
  return new FileSystemError(path, cause.message, { cause });
}
