import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { testRandom } from "@mlebench/base/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { walkFiles } from "./files/walk-files.js";
import { buildProgram } from "./test-support/build-program.js";
import { MADE_UP_ID, writeMadeUpZip } from "./test-support/made-up-competition.js";

interface Line {
  readonly stage?: string;
  readonly waitingFor?: number;
  readonly status?: string;
  readonly error?: string;
}

const workshop = mkdtempSync(join(tmpdir(), "mlebench-kill-"));
const zip = join(workshop, "source.zip");
let program: Awaited<ReturnType<typeof buildProgram>>;
let expected: Record<string, string>;
let stages: string[];
/** From the first line that a run prints to its end. */
let workMilliseconds: number;
let dataDir: string;

beforeAll(async () => {
  program = await buildProgram("prepare-program");
  await writeMadeUpZip(zip, { rows: 300 });
  const reference = join(workshop, "reference");
  const { child, finished } = start({ dataDir: reference, zip });
  await once(child.stdout!, "data");
  const begun = performance.now();
  const { lines } = await finished;
  workMilliseconds = performance.now() - begun;
  expect(lines.at(-1)).toEqual({ status: "prepared" });
  stages = lines.flatMap(({ stage }) => (stage === undefined ? [] : [stage]));
  expected = digests(join(reference, MADE_UP_ID));
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
  rmSync(workshop, { recursive: true, force: true });
});
beforeEach(() => {
  dataDir = mkdtempSync(join(workshop, "data-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

interface Run {
  readonly lines: Line[];
  readonly signal: NodeJS.Signals | null;
}

function start(args: object): { child: ChildProcess; finished: Promise<Run> } {
  const child = spawn(process.execPath, [program.path, JSON.stringify(args)], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => lines.push(JSON.parse(line)));
  return { child, finished: once(child, "close").then(([, signal]) => ({ lines, signal })) };
}

const run = (args: object) => start(args).finished;

const sawWait = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (line.includes('"wait"')) resolve();
    });
  });

/** md5 of everything in a competition's folder: prepared files, and anything that should not be there. */
function digests(root: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(walkFiles(root), ({ name, path, kind }) => [
      name,
      kind === "file" ? createHash("md5").update(readFileSync(path)).digest("hex") : kind,
    ]),
  );
}

describe("a preparation that is killed", () => {
  it("leaves nothing but the prepared files when it is not", () => {
    expect(Object.keys(expected).filter((name) => !name.startsWith("prepared"))).toEqual([]);
    expect(Object.keys(expected).filter((name) => name.endsWith(".png"))).toHaveLength(300);
    expect(new Set(stages)).toEqual(new Set(["download", "unpack", "prepare", "clean"]));
  });

  it.each(["download 1", "unpack 1", "prepare 1", "prepare 2", "prepare 3", "prepare 4", "clean 1"])(
    "is finished by the next run when it was killed at its event %s",
    async (dieAt) => {
      expect((await run({ dataDir, zip, dieAt })).signal).toBe("SIGKILL");
      const { lines } = await run({ dataDir, zip });
      // The last event comes after the rename: then only the raw files were left to remove.
      expect(lines.at(-1)).toEqual({ status: dieAt === "clean 1" ? "already-prepared" : "prepared" });
      expect(digests(join(dataDir, MADE_UP_ID))).toEqual(expected);
    },
  );

  it("is finished in the end when it is killed again and again at random moments", async () => {
    const random = testRandom("kills of a preparation");
    let kills = 0;
    // As often as it takes: how many of the runs end before their kill depends on the machine.
    while (kills < 5) {
      rmSync(dataDir, { recursive: true, force: true });
      for (let attempt = 0; attempt < 3; attempt++) {
        const { child, finished } = start({ dataDir, zip });
        // From the first sign of life on, so that not all of them die before they began.
        await once(child.stdout!, "data");
        const timer = setTimeout(() => child.kill("SIGKILL"), random() * workMilliseconds);
        const { signal, lines } = await finished;
        clearTimeout(timer);
        if (signal === "SIGKILL") kills++;
        else expect(lines.at(-1)?.error).toBeUndefined();
      }
      const { lines } = await run({ dataDir, zip });
      expect(["prepared", "already-prepared"]).toContain(lines.at(-1)?.status);
      const found = Object.entries(digests(join(dataDir, MADE_UP_ID))).filter(([name]) => !name.endsWith(".draft"));
      expect(Object.fromEntries(found)).toEqual(expected);
    }
  }, 300_000);
});

describe("two processes at once", () => {
  it("share one preparation: the second waits and finds it done", async () => {
    const gate = join(dataDir, "gate");
    const started = Array.from({ length: 3 }, () => start({ dataDir, zip, gate }));
    const waiting = started.map(({ child }) => sawWait(child));
    // The one that holds the lock never says that it waits.
    await Promise.any(waiting.map((_, holder) => Promise.all(waiting.filter((_, index) => index !== holder))));
    writeFileSync(gate, "");
    const runs = await Promise.all(started.map(({ finished }) => finished));
    const statuses = runs.map(({ lines }) => lines.at(-1)?.status).sort();
    expect(statuses).toEqual(["already-prepared", "already-prepared", "prepared"]);
    const waited = runs.filter(({ lines }) => lines.some(({ stage }) => stage === "wait"));
    expect(waited).toHaveLength(2);
    expect(digests(join(dataDir, MADE_UP_ID))).toEqual(expected);
  });

  it("the second takes over when the first is killed while it waits", async () => {
    const first = start({ dataDir, zip, gate: join(dataDir, "never") });
    const lockPath = join(dataDir, MADE_UP_ID, ".mlebench.lock");
    while (!existsSync(lockPath)) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = start({ dataDir, zip });
    await sawWait(second.child);
    first.child.kill("SIGKILL");
    expect((await second.finished).lines.at(-1)).toEqual({ status: "prepared" });
    expect(digests(join(dataDir, MADE_UP_ID))).toEqual(expected);
    expect(readdirSync(join(dataDir, MADE_UP_ID))).toEqual(["prepared"]);
    expect(statSync(join(dataDir, MADE_UP_ID, "prepared")).isDirectory()).toBe(true);
  });
});
