// A second thread of a child process. It watches the memory and the parent, because the first thread may be in a loop.
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import type { GuardData } from "./guard-process.js";

const WATCH_MILLISECONDS = 50;
const { parentPid, maxBytes, outOfMemoryMark, isGroupLeader } = workerData as GuardData;

setInterval(() => {
  if (process.ppid !== parentPid) end();
  if (process.memoryUsage.rss() <= maxBytes) return;
  writeSync(2, `\n${outOfMemoryMark}\n`);
  end();
}, WATCH_MILLISECONDS);

function end(): void {
  // With the whole group go the programs that the process started, such as an archiver.
  process.kill(isGroupLeader ? -process.pid : process.pid, "SIGKILL");
}
