import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { TreeSignal } from "../exec/end-tree.js";

const DEAD = /^State:\s+[ZX]/m;
const LOCKS_LIMIT = /^Max file locks\s+(\d+)/m;

/** Marks from `first` to `last`, both included. */
export interface MarkRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Signals every process on this machine whose mark lies in the range. KILL stops all of them before it kills the first, so
 * that none can start another meanwhile.
 * @param told who has had a TERM already, and does not get another.
 * @returns how many there were; always 0 where there is no /proc
 */
export function signalMarked(signal: TreeSignal, range: MarkRange, told: Set<number> = new Set()): number {
  return signalAll(signal, markedProcesses(range), told);
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

function markedProcesses({ first, last }: MarkRange): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const mark = markOf(pid);
      return pid !== process.pid && mark !== undefined && mark >= first && mark <= last;
    });
}

function markOf(pid: number): number | undefined {
  try {
    const match = LOCKS_LIMIT.exec(readFileSync(`/proc/${pid}/limits`, "utf8"));
    if (match === null) return undefined;
    // The dead keep their limits until somebody reaps them.
    const dead = DEAD.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    return dead ? undefined : Number(match[1]);
  } catch {
    // It ended meanwhile.
    return undefined;
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
