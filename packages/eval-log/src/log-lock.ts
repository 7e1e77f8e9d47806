import { createHash, randomUUID } from "node:crypto";
import { link, mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { EvalLogError } from "./errors.js";

/**
 * Makes this process the only one of this machine that writes a log: two writers would take each other's hidden files
 * away. The lock lies in the folder for temporary files, so that a folder of logs holds nothing but logs, and names
 * its process, so that one that was killed locks nobody out.
 * @returns gives the log free again.
 * @throws EvalLogError `EVAL_LOG_IN_USE` when a living process writes it.
 */
export async function lockLog(logPath: string): Promise<() => Promise<void>> {
  const directory = join(tmpdir(), `mlebench-log-locks-${process.getuid?.() ?? "user"}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const folder = resolve(dirname(logPath));
  const identity = join(await realpath(folder).catch(() => folder), basename(logPath));
  const lockPath = join(directory, createHash("sha256").update(identity).digest("hex"));
  const own = `${process.pid} ${await startOf(process.pid)}`;
  const draft = `${lockPath}.${randomUUID()}`;
  for (;;) {
    await writeFile(draft, own);
    try {
      // Appears with its content, so that nobody takes it for one that was left half-written.
      await link(draft, lockPath);
      return () => rm(lockPath, { force: true });
    } catch (error) {
      if (!isNodeError(error) || error.code !== "EEXIST") throw error;
    } finally {
      await rm(draft, { force: true });
    }
    const [holder = "", started = ""] = (await readFile(lockPath, "utf8").catch(() => "")).split(" ");
    const pid = Number(holder);
    if (isAlive(pid) && (await startOf(pid)) === started) {
      throw new EvalLogError({
        code: "EVAL_LOG_IN_USE",
        message: `${logPath} is being written by another run (process ${pid}).`,
        hint: "Wait until it has ended, or end it first.",
      });
    }
    await rm(lockPath, { force: true });
  }
}

/** When a process began, in the system's own count; a later one that got the same number began at another time. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name before it may hold blanks and brackets; the 20th field behind it is the start.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isNodeError(error) && error.code === "EPERM";
  }
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
