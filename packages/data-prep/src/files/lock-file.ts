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
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";

const LockOwner = z.object({
  /** Different for every lock ever taken. */
  token: z.string().regex(/^[0-9a-f]+$/),
  pid: z.number().int(),
  /** Tells this process from a later one with the same number. */
  processStart: z.string(),
  hostname: z.string(),
  /** When it was taken, ISO 8601. */
  since: z.string(),
});
/** Who holds a lock. */
export type LockOwner = Readonly<z.infer<typeof LockOwner>>;

/** What {@link lockFile} takes. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once for each holder that is waited for. */
  readonly onWait?: (owner: LockOwner) => void;
  /** Milliseconds between two tries. @default 250 */
  readonly pollMilliseconds?: number;
  /**
   * A holder on another machine (or in another container) cannot be looked at; it counts as dead when its lock was not
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
    await setTimeout(options.pollMilliseconds ?? 250, undefined, { signal: options.signal });
  }
  return held(path, owner);
}

/** Takes a lock if nobody holds it. @returns the lock, or who holds it. */
export function tryLockFile(
  path: string,
  options: Pick<LockOptions, "staleSeconds"> = {},
): { readonly lock: FileLock } | { readonly lock?: undefined; readonly holder: LockOwner } {
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
    const { code } = error as NodeJS.ErrnoException;
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
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function writeExclusively(path: string, content: string): void {
  const file = openSync(path, "wx");
  try {
    writeSync(file, content);
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
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = LockOwner.safeParse(safeJson(text));
  // A file that is no lock of ours (a disk that was full, an older version) is judged by its age alone.
  return parsed.success ? parsed.data : { token: "0", pid: 0, processStart: "", hostname: "", since: "" };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(owner: LockOwner, path: string, staleSeconds: number): boolean {
  if (owner.hostname === hostname()) return processStart(owner.pid) === owner.processStart;
  const touched = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return touched !== undefined && Date.now() - touched < staleSeconds * 1000;
}

function newOwner(): LockOwner {
  return {
    token: randomBytes(12).toString("hex"),
    pid: process.pid,
    processStart: processStart(process.pid) ?? "",
    hostname: hostname(),
    since: new Date().toISOString(),
  };
}

/**
 * A text that differs between two processes of one number, undefined when there is none: on Linux the boot and the start
 * time in clock ticks; elsewhere only whether the process lives.
 */
function processStart(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold blanks; the fields after it count from 3.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return "";
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under us; whoever did it will hear of it from the work itself.
  }
}
