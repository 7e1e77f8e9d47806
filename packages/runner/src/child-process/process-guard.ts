// A second thread of a child process. It watches the memory and the parent, because the first thread may be in a loop.
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { type GuardData, killGroup, OUT_OF_MEMORY_MARK } from "./guard-process.js";

const WATCH_MILLISECONDS = 50;
const { parentPid, maxBytes } = workerData as GuardData;

setInterval(() => {
  if (process.ppid !== parentPid) killGroup(process.pid);
  if (process.memoryUsage.rss() <= maxBytes) return;
  writeSync(2, `\n${OUT_OF_MEMORY_MARK}\n`);
  killGroup(process.pid);
}, WATCH_MILLISECONDS);
