import { hostname } from "node:os";
import { type FileLock, type LockOwner, lockFile, startDeadline } from "@mlebench/base";
import { DownloadLockedError } from "../errors.js";

/** A holder on another machine that is silent for so long counts as dead. */
const STALE_SECONDS = 120;

/**
 * Keeps two processes from writing the same file. The lock of a process that died is taken over.
 * @param options.waitSeconds how long to wait for a living holder.
 * @throws DownloadLockedError
 */
export async function lockDownload(
  path: string,
  options: { readonly waitSeconds: number; readonly signal?: AbortSignal },
): Promise<FileLock> {
  const { waitSeconds, signal } = options;
  using deadline = startDeadline(waitSeconds * 1000);
  let holder: LockOwner | undefined;
  try {
    return await lockFile(`${path}.part.lock`, {
      staleSeconds: STALE_SECONDS,
      signal: AbortSignal.any([deadline.signal, ...(signal === undefined ? [] : [signal])]),
      onWait: (owner) => {
        holder = owner;
      },
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw deadline.signal.aborted && holder !== undefined ? new DownloadLockedError(path, describe(holder)) : error;
  }
}

function describe({ pid, host }: LockOwner): string {
  if (host === "") return "another process";
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}
