import { spawn, spawnSync } from "node:child_process";
import type { ProcessHost } from "./process-host.js";
import { type OnDeath, SupervisedHost } from "./supervised-host.js";
import { supervisorSource } from "./supervisor.js";

/** A process tree of its own with a /proc that shows only that; ends when its first process does. */
const NAMESPACES = ["--pid", "--fork", "--kill-child", "--mount-proc"];

/**
 * How this machine lets commands have a process tree of their own, so that `kill -9 -1` reaches nothing else.
 * @returns the command that leads there, or undefined where there is none
 */
export function ownProcessesCommand(): readonly string[] | undefined {
  if (process.platform !== "linux") return undefined;
  // Root needs no user namespace, in which it could not own files as somebody else.
  const command = ["unshare", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"]), ...NAMESPACES];
  const [program = "", ...args] = command;
  const trial = spawnSync(program, [...args, "--", "true"], { stdio: "ignore", timeout: 10_000 });
  return trial.status === 0 ? command : undefined;
}

/** Starts the supervisor as the first process of a tree of its own; files and network are the machine's. */
export async function createOwnProcessesHost(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  onDeath: OnDeath,
): Promise<ProcessHost> {
  const child = spawn(program, [...args, "--", process.execPath, "-e", supervisorSource()], {
    env: { ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const host = new SupervisedHost(child, onDeath);
  await host.ready("unshare", "Try again; the message says what went wrong.");
  return host;
}
