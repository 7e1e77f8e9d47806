import { randomBytes } from "node:crypto";
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "./code-of.js";
import { parseJson } from "./parse-json.js";
import { currentOwner, ownerState, type ProcessOwner } from "./process-owner.js";
import { sleep } from "./sleep.js";

/** Who holds a lock. */
export interface LockOwner extends ProcessOwner {
  /** Different for every lock ever taken. */
  readonly token: string;
  /** When it was taken, ISO 8601. */
  readonly since: string;
}

/** What {@link lockFile} takes. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once for each holder that is waited for. */
  readonly onWait?: (owner: LockOwner) => void;
  /** Milliseconds between two tries. @default 250 */
  readonly pollMilliseconds?: number;
  /**
   * A holder on another machine or in another container cannot be looked at; it counts as dead when its lock was not
   * touched for so long. Holders touch it every ten seconds. @default 600
   */
  readonly staleSeconds?: number;
}

/** A lock that is held until it is disposed of. */
export interface FileLock extends AsyncDisposable {
  readonly owner: LockOwner;
}

const HEARTBEAT_MILLISECONDS = 10_000;
const DEFAULT_STALE_SECONDS = 600;

/**
 * Waits for and takes a lock between processes: a file that says who holds it. A holder that was killed leaves the file;
 * the next one sees that the process is gone and takes over.
 * @param path the lock's file; its folder is made.
 */
export async function lockFile(path: string, options: LockOptions = {}): Promise<FileLock> {
  mkdirSync(dirname(path), { recursive: true });
  const owner = newOwner();
  let waitedFor: string | undefined;
  for (;;) {
    options.signal?.throwIfAborted();
    const holder = tryLock(path, owner, options.staleSeconds ?? DEFAULT_STALE_SECONDS);
    if (holder === undefined) break;
    if (holder.token !== waitedFor) options.onWait?.(holder);
    waitedFor = holder.token;
    await sleep(options.pollMilliseconds ?? 250, options.signal);
  }
  return held(path, owner);
}

/** Takes a lock if nobody holds it. @returns the lock, or who holds it. */
export function tryLockFile(
  path: string,
  options: Pick<LockOptions, "staleSeconds"> = {},
):
  | { readonly lock: FileLock; readonly holder?: undefined }
  | { readonly lock?: undefined; readonly holder: LockOwner } {
  mkdirSync(dirname(path), { recursive: true });
  const owner = newOwner();
  const holder = tryLock(path, owner, options.staleSeconds ?? DEFAULT_STALE_SECONDS);
  return holder === undefined ? { lock: held(path, owner) } : { holder };
}

/** Who holds a lock; undefined when nobody does or the holder is dead. */
export function lockHolder(path: string, options: Pick<LockOptions, "staleSeconds"> = {}): LockOwner | undefined {
  const holder = readOwner(path);
  const isHeld = holder !== undefined && isAlive(holder, path, options.staleSeconds ?? DEFAULT_STALE_SECONDS);
  return isHeld ? holder : undefined;
}

function held(path: string, owner: LockOwner): FileLock {
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MILLISECONDS);
  heartbeat.unref();
  return {
    owner,
    [Symbol.asyncDispose]: async () => {
      clearInterval(heartbeat);
      if (readOwner(path)?.token === owner.token) rmSync(path, { force: true });
    },
  };
}

/** One try. @returns the living holder, or undefined when the lock is now ours. */
function tryLock(path: string, owner: LockOwner, staleSeconds: number): LockOwner | undefined {
  for (;;) {
    if (createExclusively(path, owner)) return undefined;
    const holder = readOwner(path);
    if (holder === undefined) continue;
    if (isAlive(holder, path, staleSeconds)) return holder;
    // Only who holds the claim on this dead holder's token may remove its lock: without it, a slow process could
    // remove the lock of the one that was faster. The claim is a lock like others, so its dead holders are replaced too.
    const claim = `${path}.${holder.token}`;
    const claimHolder = tryLock(claim, owner, staleSeconds);
    if (claimHolder !== undefined) return claimHolder;
    if (readOwner(path)?.token === holder.token) rmSync(path, { force: true });
    rmSync(claim, { force: true });
  }
}

/** Makes the lock with its whole content in one step, so that nobody ever reads half of it. */
function createExclusively(path: string, owner: LockOwner): boolean {
  const content = JSON.stringify(owner);
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  writeExclusively(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
    return createWithoutLinks(path, content);
  } finally {
    rmSync(draft, { force: true });
  }
}

function createWithoutLinks(path: string, content: string): boolean {
  try {
    writeExclusively(path, content);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function writeExclusively(path: string, content: string): void {
  const file = openSync(path, "wx");
  try {
    writeSync(file, content);
  } catch (error) {
    // Half a lock, left by a full disk, would count as somebody's until it is stale.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Undefined when there is no lock. */
function readOwner(path: string): LockOwner | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  // A file that is no lock of ours (a disk that was full, an older version) is judged by its age alone.
  return asOwner(parseJson(text)) ?? { token: "0", host: "", pid: 0, startTime: "", pidNamespace: "", since: "" };
}

function asOwner(value: unknown): LockOwner | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { token, host, pid, startTime, pidNamespace, since } = value as Partial<Record<keyof LockOwner, unknown>>;
  if (typeof token !== "string" || !/^[0-9a-f]+$/.test(token) || typeof pid !== "number" || !Number.isInteger(pid)) {
    return undefined;
  }
  const texts = [host, startTime, pidNamespace, since];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  return { token, pid, host, startTime, pidNamespace, since } as LockOwner;
}

function isAlive(owner: LockOwner, path: string, staleSeconds: number): boolean {
  const state = ownerState(owner);
  if (state !== "unknown") return state === "alive";
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched < staleSeconds * 1000;
}

function newOwner(): LockOwner {
  return { ...currentOwner(), token: randomBytes(12).toString("hex"), since: new Date().toISOString() };
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under us; whoever did it will hear of it from the work itself.
  }
}
