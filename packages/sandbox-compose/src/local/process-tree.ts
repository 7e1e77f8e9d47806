import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { MarkRange } from "../exec/command-marks.js";
import type { TreeSignal } from "../exec/end-tree.js";

// The name before the state may hold anything but a newline.
const DEAD = /^State:\s+[ZX]/m;
const PARENT = /^PPid:\s+(\d+)/m;
/** The hard limit, which cannot be raised again. */
const LOCKS_LIMIT = /^Max file locks\s+\S+\s+(\d+)/m;

/** Which processes are meant. */
export interface MarkedProcesses {
  /** Whether a lowered limit on file locks is that of one. */
  readonly isMark: (limit: number) => boolean;
  /** Of the descendants of this process also those whose limit is none that was given. */
  readonly strangers?: { readonly root: number; readonly isKnown: (limit: number) => boolean };
}

/** All processes of one sandbox, but for those that lowered their limit below its marks. */
export function inRange({ first, last }: MarkRange): MarkedProcesses {
  return { isMark: (limit) => limit >= first && limit <= last };
}

/**
 * Signals every process on this machine that is meant. KILL stops all of them before it kills the first, so
 * that none can start another meanwhile.
 * @param told who has had a TERM already, and does not get another.
 * @returns how many there were; always 0 where there is no /proc
 */
export function signalMarked(signal: TreeSignal, wanted: MarkedProcesses, told: Set<number> = new Set()): number {
  return signalAll(signal, markedProcesses(wanted), told);
}

/**
 * Signals a process, its group and all of its descendants: for systems without /proc, where a child that left both its
 * group and its parent is not found.
 * @returns how many there were
 */
export function signalDescendants(signal: TreeSignal, root: number, told: Set<number> = new Set()): number {
  return signalAll(signal, descendants(root), told);
}

function signalAll(signal: TreeSignal, found: readonly number[], told: Set<number>): number {
  if (signal === "KILL" || signal === "SWEEP") {
    for (const pid of found) send(pid, "SIGSTOP");
    for (const pid of found) send(pid, "SIGKILL");
  }
  if (signal === "TERM") {
    for (const pid of found.filter((one) => !told.has(one))) {
      told.add(pid);
      send(pid, "SIGTERM");
      send(pid, "SIGCONT");
    }
  }
  if (found.length === 0) told.clear();
  return found.length;
}

function markedProcesses({ isMark, strangers }: MarkedProcesses): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  const own = limitOf(process.pid);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const limit = limitOf(pid);
      if (pid === process.pid || limit === undefined || isDead(pid)) return false;
      if (isMark(limit)) return true;
      if (strangers === undefined || limit === own || strangers.isKnown(limit)) return false;
      return descendsFrom(pid, strangers.root);
    });
}

/** Undefined without a limit, or when it ended meanwhile. */
function limitOf(pid: number): number | undefined {
  const match = LOCKS_LIMIT.exec(read(`/proc/${pid}/limits`));
  return match === null ? undefined : Number(match[1]);
}

/** The dead keep their limits until somebody reaps them. */
function isDead(pid: number): boolean {
  const status = read(`/proc/${pid}/status`);
  return status === "" || DEAD.test(status);
}

function descendsFrom(pid: number, root: number): boolean {
  for (let at = pid; at > 1; at = Number(PARENT.exec(read(`/proc/${at}/status`))?.[1] ?? 0)) {
    if (at === root) return true;
  }
  return false;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function descendants(root: number): number[] {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,stat="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 4 && !fields[3]?.startsWith("Z"))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }));
  const found = new Set(table.filter(({ pid, group }) => pid === root || group === root).map(({ pid }) => pid));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid);
  }
  found.delete(process.pid);
  return [...found];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}
