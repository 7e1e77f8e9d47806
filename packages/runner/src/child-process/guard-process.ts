import { Worker } from "node:worker_threads";
import { builtFile } from "../built-file.js";
import { killGroup } from "./kill-group.js";

/** Written to stderr before a process ends itself for holding too much, for its parent to read. */
export const OUT_OF_MEMORY_MARK = "mlebench: out of memory";

/** What the guarding thread knows. */
export interface GuardData {
  readonly parentPid: number;
  readonly maxBytes: number;
  readonly outOfMemoryMark: string;
}

/**
 * In a program of `runBoundedProcess`: lets a second thread end this process when its parent is gone or when it holds
 * more than the first argument says.
 */
export function guardProcess(): void {
  process.once("disconnect", () => killGroup(process.pid));
  const workerData: GuardData = {
    parentPid: process.ppid,
    maxBytes: Number(process.argv[2]),
    outOfMemoryMark: OUT_OF_MEMORY_MARK,
  };
  new Worker(builtFile("process-guard.js"), { workerData }).unref();
}
