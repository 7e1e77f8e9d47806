import { Worker } from "node:worker_threads";
import { builtFile } from "../built-file.js";

/** Written to stderr before a process ends itself for holding too much, for its parent to read. */
export const OUT_OF_MEMORY_MARK = "mlebench: out of memory";

/** What the guarding thread knows. */
export interface GuardData {
  readonly parentPid: number;
  readonly maxBytes: number;
}

/**
 * In a program of `runBoundedProcess`: lets a second thread end this process when its parent is gone or when it holds
 * more than the first argument says.
 */
export function guardProcess(): void {
  process.once("disconnect", () => killGroup(process.pid));
  const workerData: GuardData = { parentPid: process.ppid, maxBytes: Number(process.argv[2]) };
  new Worker(builtFile("process-guard.js"), { workerData }).unref();
}

/** Ends a process that leads a group with all that it started, such as an archiver. */
export function killGroup(leader: number): void {
  try {
    // Windows has no groups.
    process.kill(process.platform === "win32" ? leader : -leader, "SIGKILL");
  } catch {
    // All are gone.
  }
}
