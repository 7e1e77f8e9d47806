import { execFile, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "tsup";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFile, lockHolder, tryLockFile } from "./lock-file.js";
import { currentOwner } from "./process-owner.js";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mlebench-lock-"));
  path = join(directory, "deep", "lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A lock's file as a process left it. */
function leaveLock(owner: Partial<{ token: string; pid: number; startTime: string; host: string }>): void {
  tryLockFile(path).lock?.[Symbol.asyncDispose]();
  const content = { ...currentOwner(), token: "ab12", startTime: "?", since: "2026-01-01" };
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
    leaveLock({ pid: process.pid, startTime: "another boot:1" });
    await using lock = await lockFile(path, { signal: AbortSignal.timeout(2000) });
    expect(lock.owner.pid).toBe(process.pid);
  });

  it("leaves a lock of another machine alone as long as it is touched", async () => {
    leaveLock({ host: "elsewhere" });
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
    const claim = { ...currentOwner(), token: "cd34", pid: gone.pid, since: "2026-01-01" };
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
      leaveLock({ pid: child.pid, startTime: `${boot}/${ticks}` });
      const old = new Date(0);
      utimesSync(path, old, old);
      expect(tryLockFile(path).lock).toBeUndefined();
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("is held by one of many processes that find a dead holder's lock at the same moment", async () => {
    const gone = spawnSync(process.execPath, ["-e", "0"]);
    const holders = await takeAtOnce(20, (round) => {
      writeFileSync(`${path}-${round}`, JSON.stringify({ ...currentOwner(), token: "ab12", pid: gone.pid, since: "" }));
    });
    expect(holders).toEqual(Array.from({ length: 20 }, () => 1));
  });
});

/**
 * Lets three processes take the lock of each round at one moment.
 * @param prepare leaves what they find, one file per round.
 * @returns how many of them held each round's lock.
 */
async function takeAtOnce(rounds: number, prepare: (round: number) => void): Promise<number[]> {
  mkdirSync(join(directory, "deep"));
  for (let round = 0; round < rounds; round += 1) prepare(round);
  const entry = { lock: fileURLToPath(new URL("lock-file.ts", import.meta.url)) };
  await build({
    entry,
    outDir: directory,
    config: false,
    silent: true,
    format: "esm",
    target: "node20",
    dts: false,
    outExtension: () => ({ js: ".mjs" }),
  });
  const startAt = Date.now() + 1500;
  const program = `
    import { tryLockFile } from ${JSON.stringify(join(directory, "lock.mjs"))};
    const taken = [];
    for (let round = 0; round < ${rounds}; round += 1) {
      while (Date.now() < ${startAt} + round * 20);
      if (tryLockFile(${JSON.stringify(path)} + "-" + round).lock) taken.push(round);
    }
    console.log(JSON.stringify(taken));
    setTimeout(() => process.exit(), 3000);`;
  const takers = Array.from({ length: 3 }, () =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]),
  );
  const taken = (await Promise.all(takers)).flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
  return Array.from({ length: rounds }, (_, round) => taken.filter((other) => other === round).length);
}

function leaveLockOfOther(): void {
  writeFileSync(path, JSON.stringify({ ...currentOwner(), token: "ff", host: "elsewhere", since: "" }));
}
