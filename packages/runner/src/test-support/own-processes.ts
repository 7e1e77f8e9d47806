import { readlinkSync } from "node:fs";
import type { Sandbox } from "@mlebench/sandbox-compose";

/**
 * Whether a local sandbox has a process tree of its own. `kill -1` reaches every process of the user anywhere else, this
 * test and the machine included: an attack with it must not be tried unless this is known to be true.
 */
export async function hasOwnProcesses(sandbox: Sandbox): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const { stdout } = await sandbox.exec(["readlink", "/proc/self/ns/pid"], { timeoutSeconds: 20 });
  const own = stdout.trim();
  return /^pid:\[\d+\]$/.test(own) && own !== readlinkSync("/proc/self/ns/pid");
}
