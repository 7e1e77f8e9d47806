import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";
import { DownloadLockedError } from "../errors.js";
import { sleep } from "../http/sleep.js";

const HEARTBEAT_SECONDS = 10;
const SILENT_SECONDS = 120;
const POLL_SECONDS = 0.25;

const Holder = z.object({ pid: z.number().int(), host: z.string(), started: z.string() });

/**
 * Keeps two processes from writing the same file. The lock of a process that died is taken over: on this machine at
 * once (the process is gone, or its number belongs to another now), from another machine after two silent minutes.
 * @param options.waitSeconds how long to wait for a living holder.
 * @returns the function that gives the lock back.
 * @throws DownloadLockedError
 */
export async function lockDownload(
  path: string,
  options: { waitSeconds: number; signal?: AbortSignal },
): Promise<() => Promise<void>> {
  const lockPath = `${path}.part.lock`;
  const me = { pid: process.pid, host: hostname(), started: processStart(process.pid) };
  const giveUpAt = performance.now() + options.waitSeconds * 1000;
  while (!(await createLock(lockPath, JSON.stringify(me)))) {
    const text = await readFile(lockPath, "utf8").catch(() => "");
    const holder = await livingHolder(lockPath, text);
    if (holder === undefined) {
      await removeLock(lockPath, text);
      continue;
    }
    if (performance.now() >= giveUpAt) throw new DownloadLockedError(path, holder);
    await sleep(POLL_SECONDS, options.signal);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A lost lock file only ends the protection, not the download.
    utimes(lockPath, now, now).catch(() => undefined);
  }, HEARTBEAT_SECONDS * 1000);
  heartbeat.unref();
  return async () => {
    clearInterval(heartbeat);
    await rm(lockPath, { force: true });
  };
}

async function createLock(lockPath: string, content: string): Promise<boolean> {
  try {
    const handle = await open(lockPath, "wx");
    try {
      await handle.writeFile(content);
    } catch (error) {
      // On a full disk an empty lock would be taken for one that is being written.
      await rm(lockPath, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead holder's lock, but not the lock of another process that did so a moment earlier. */
async function removeLock(lockPath: string, content: string): Promise<void> {
  const aside = `${lockPath}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(lockPath, aside);
  } catch {
    return;
  }
  const isOther = (await readFile(aside, "utf8").catch(() => content)) !== content;
  if (isOther) await link(aside, lockPath).catch(() => undefined);
  await rm(aside, { force: true });
}

async function livingHolder(lockPath: string, text: string): Promise<string | undefined> {
  const info = await stat(lockPath).catch(() => undefined);
  if (info === undefined) return undefined;
  const silentSeconds = (Date.now() - info.mtimeMs) / 1000;
  const holder = Holder.safeParse(safeJson(text));
  // Written in one piece right after it was made: an unreadable one is either being written or was killed in between.
  if (!holder.success) return silentSeconds < 5 ? "another process" : undefined;
  const { pid, host, started } = holder.data;
  if (host !== hostname()) return silentSeconds < SILENT_SECONDS ? `process ${pid} on ${host}` : undefined;
  return isAlive(pid) && processStart(pid) === started ? `process ${pid}` : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** When a process started, in the kernel's own count; tells two owners of one number apart. Empty where unknown. */
function processStart(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; the start time is the 20th field after it.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
