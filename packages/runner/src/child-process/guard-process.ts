import { Worker } from "node:worker_threads";
import { builtFile } from "../built-file.js";

export interface GuardOptions {
  /** The process is ended when it holds more than this. */
  readonly maxBytes: number;
  /** Written to stderr before that, for the parent to read. */
  readonly outOfMemoryMark: string;
  /** Whether it was started as the leader of a process group, which then ends as a whole. @default false */
  readonly isGroupLeader?: boolean;
}

export type GuardData = Required<GuardOptions> & { readonly parentPid: number };

/** Lets a second thread end this process when its parent is gone or when it holds too much memory. */
export function guardProcess({ isGroupLeader = false, ...options }: GuardOptions): void {
  process.once("disconnect", () => process.kill(isGroupLeader ? -process.pid : process.pid, "SIGKILL"));
  const data: GuardData = { ...options, isGroupLeader, parentPid: process.ppid };
  new Worker(builtFile("process-guard.js"), { workerData: data }).unref();
}
