import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFile, lockHolder, tryLockFile } from "./lock-file.js";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mlebench-lock-"));
  path = join(directory, "deep", "lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A lock's file as a process left it. */
function leaveLock(owner: Partial<{ token: string; pid: number; processStart: string; hostname: string }>): void {
  tryLockFile(path).lock?.[Symbol.asyncDispose]();
  const content = { token: "ab12", pid: process.pid, processStart: "?", hostname: hostname(), since: "2026-01-01" };
  writeFileSync(path, JSON.stringify({ ...content, ...owner }));
}

describe("lockFile", () => {
  it("is held by one at a time, in any number of askers", async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        await using _lock = await lockFile(path, { pollMilliseconds: 3 });
        inside++;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      }),
    );
    expect(most).toBe(1);
    expect(readdirSync(join(directory, "deep"))).toEqual([]);
  });

  it("says who holds it, and waits until it is free", async () => {
    const first = await lockFile(path);
    const holders: number[] = [];
    const second = lockFile(path, { pollMilliseconds: 5, onWait: (owner) => holders.push(owner.pid) });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(holders).toEqual([process.pid]);
    expect(lockHolder(path)?.token).toBe(first.owner.token);
    expect(tryLockFile(path)).toMatchObject({ holder: { pid: process.pid } });
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(lockHolder(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  it("stops waiting when aborted", async () => {
    await using _held = await lockFile(path);
    await expect(lockFile(path, { signal: AbortSignal.timeout(30), pollMilliseconds: 5 })).rejects.toThrow();
  });

  it("takes over from a process that is gone", async () => {
    const gone = spawnSync(process.execPath, ["-e", "0"]);
    leaveLock({ pid: gone.pid });
    await using lock = await lockFile(path, { signal: AbortSignal.timeout(2000) });
    expect(JSON.parse(readFileSync(path, "utf8")).token).toBe(lock.owner.token);
  });

  it("takes over from an earlier process whose number somebody else has now", async () => {
    leaveLock({ pid: process.pid, processStart: "another boot:1" });
    await using lock = await lockFile(path, { signal: AbortSignal.timeout(2000) });
    expect(lock.owner.pid).toBe(process.pid);
  });

  it("leaves a lock of another machine alone as long as it is touched", async () => {
    leaveLock({ hostname: "elsewhere" });
    expect(tryLockFile(path).lock).toBeUndefined();
    const old = new Date(Date.now() - 700_000);
    utimesSync(path, old, old);
    const { lock } = tryLockFile(path);
    expect(lock).toBeDefined();
    await lock?.[Symbol.asyncDispose]();
  });

  it("judges a file that is no lock by its age", () => {
    leaveLock({});
    writeFileSync(path, "{");
    expect(tryLockFile(path).lock).toBeUndefined();
    const old = new Date(Date.now() - 700_000);
    utimesSync(path, old, old);
    expect(tryLockFile(path).lock).toBeDefined();
  });

  it("finishes the takeover of a process that died during one", () => {
    const gone = spawnSync(process.execPath, ["-e", "0"]);
    leaveLock({ pid: gone.pid, token: "ab12" });
    const claim = { token: "cd34", pid: gone.pid, processStart: "?", hostname: hostname(), since: "2026-01-01" };
    writeFileSync(`${path}.ab12`, JSON.stringify(claim));
    expect(tryLockFile(path).lock).toBeDefined();
    expect(readdirSync(join(directory, "deep"))).toEqual(["lock"]);
  });

  it("does not remove a lock that another took over meanwhile", async () => {
    const lock = await lockFile(path);
    leaveLockOfOther();
    await lock[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(true);
  });

  it("sees a living process of this machine as the holder, whatever the lock's age", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    try {
      const start = readFileSync(`/proc/${child.pid}/stat`, "utf8");
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      const ticks = start.slice(start.lastIndexOf(")") + 2).split(" ")[19];
      leaveLock({ pid: child.pid, processStart: `${boot}:${ticks}` });
      const old = new Date(0);
      utimesSync(path, old, old);
      expect(tryLockFile(path).lock).toBeUndefined();
    } finally {
      child.kill("SIGKILL");
    }
  });
});

function leaveLockOfOther(): void {
  writeFileSync(path, JSON.stringify({ token: "ff", pid: 1, processStart: "", hostname: "elsewhere", since: "" }));
}
