import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { type FileLock, lockHolder, tryLockFile } from "@mlebench/base";
import { EvalLogError } from "./errors.js";
import { logDirectoryError } from "./open-log-directory.js";

/**
 * A writer on another machine or in another container cannot be looked at: its lock counts as left behind after this
 * time without a heartbeat, of which twelve fit in.
 */
const STALE_SECONDS = 120;

/**
 * Makes this process the only one that writes a log: two writers would take each other's hidden files away. The lock is
 * a hidden file beside the log, so that everyone who can write the log sees it.
 * @throws EvalLogError `EVAL_LOG_IN_USE` when a living process writes the log, `EVAL_LOG_DIRECTORY` when its folder
 * cannot hold the lock.
 */
export function lockLog(logPath: string): FileLock {
  const { lock, holder } = tryLock(logPath);
  if (lock) return lock;
  const where = holder.host === "" || holder.host === hostname() ? "" : ` on ${holder.host}`;
  throw new EvalLogError({
    code: "EVAL_LOG_IN_USE",
    message: `${logPath} is being written by another run (process ${holder.pid}${where}).`,
    hint: where
      ? `Wait until it has ended, or end it first; if it was killed, try again ${STALE_SECONDS} seconds after that.`
      : "Wait until it has ended, or end it first.",
  });
}

/** Whether a living process writes a log. One that says `started` and has no writer was interrupted. */
export function hasWriter(logPath: string): boolean {
  return lockHolder(lockPath(logPath), { staleSeconds: STALE_SECONDS }) !== undefined;
}

function lockPath(logPath: string): string {
  return join(dirname(logPath), `.${basename(logPath)}.lock`);
}

function tryLock(logPath: string): ReturnType<typeof tryLockFile> {
  try {
    return tryLockFile(lockPath(logPath), { staleSeconds: STALE_SECONDS });
  } catch (cause) {
    throw logDirectoryError(dirname(logPath), cause);
  }
}
