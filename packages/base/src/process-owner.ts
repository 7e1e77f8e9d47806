import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { codeOf } from "./code-of.js";

/** A process that owns something (a lock, a sandbox), told apart from a later one with the same pid. */
export interface ProcessOwner {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in whatever form the system tells it; changes with every boot. */
  readonly startTime: string;
  /** The pid namespace, as pids mean nothing in another one. Empty where there are none. */
  readonly pidNamespace: string;
}

/** This process. */
export function currentOwner(): ProcessOwner {
  return {
    host: hostname(),
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? "",
    pidNamespace: pidNamespace(),
  };
}

/** Whether an owner still runs; "unknown" when it ran where that cannot be seen from here. */
export function ownerState(owner: ProcessOwner): "alive" | "dead" | "unknown" {
  if (owner.host !== hostname() || owner.pidNamespace !== pidNamespace()) return "unknown";
  const startTime = startTimeOf(owner.pid);
  if (startTime === undefined) return "dead";
  return startTime === owner.startTime ? "alive" : "dead";
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function startTimeOf(pid: number): string | undefined {
  if (process.platform === "linux") return linuxStartTime(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== "EPERM") return undefined;
  }
  if (process.platform === "win32") return "";
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env: { LC_ALL: "C" } }).trim();
  } catch {
    return undefined;
  }
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name in parentheses may hold anything; the fields after it are numbers. Field 22 is the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}
