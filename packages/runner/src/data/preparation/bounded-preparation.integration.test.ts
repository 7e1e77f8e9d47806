import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataPrepError, type PrepareProgress, writeZip } from "@mlebench/data-prep";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadPlugIn } from "../../plug-in/load-plug-in.js";
import { type BoundedPreparationOptions, PreparationFailedError, prepareBounded } from "./bounded-preparation.js";
import { type PreparationSlot, PreparationSlots, withinMemory } from "./preparation-slots.js";

const PLUG_IN = fileURLToPath(new URL("../../test-support/preparing-plug-in.mjs", import.meta.url));

let dataDir: string;
beforeAll(() => loadPlugIn(PLUG_IN));
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "mlebench-bounded-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true });
});

function prepare(name: string, options: Partial<BoundedPreparationOptions> = {}) {
  return prepareBounded(`preparing-${name}`, {
    dataDir,
    memoryMiB: 2048,
    description: async () => "# From the parent\n",
    async download(id, directory, { onProgress }) {
      const path = join(directory, `${id}.zip`);
      onProgress?.(1, 2);
      await writeZip(path, [{ name: "all.csv", content: "id,y\n1,0\n" }]);
      return path;
    },
    ...options,
  });
}

const read = (name: string): Promise<string> => readFile(join(dataDir, name), "utf8");

/** Whether a process lives, not counting one that only waits to be collected. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status !== "" && !/\) [ZX] /.test(status);
}

describe("a preparation in its own process", () => {
  it("runs at one time with another, both without ever giving way", async () => {
    const results = await Promise.all([prepare("meets-one"), prepare("meets-two")]);
    expect(results.map(({ status }) => status)).toEqual(["prepared", "prepared"]);
  });

  it("asks the parent for the download and the description, tells its progress, and keeps a plug-in's settings", async () => {
    vi.stubEnv("TOY_SETTING", "blue");
    const told: PrepareProgress[] = [];
    const { paths } = await prepare("tells", { onProgress: (progress) => told.push(progress) });
    expect(await readFile(paths.description, "utf8")).toBe("# From the parent\n");
    const [pid, setting, ran] = (await read("seen")).trim().split(" ");
    expect([setting, ran]).toEqual(["blue", "ran"]);
    expect(Number(pid)).not.toBe(process.pid);
    expect(told).toContainEqual({ competitionId: "preparing-tells", stage: "download", done: 1, total: 2 });
    expect(told).toContainEqual(expect.objectContaining({ stage: "prepare", step: "counting", done: 1, total: 2 }));
    expect((await readdir(join(dataDir, "preparing-tells"))).sort()).toEqual(["prepared"]);
  });

  it("passes on what the preparer throws, with its code, hint and stack", async () => {
    const error: unknown = await prepare("throws").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PreparationFailedError);
    expect(error).toMatchObject({
      code: "DATA_PREP_FAILED",
      message: expect.stringContaining("the preparer is broken"),
      hint: expect.stringContaining("raw data"),
      cause: { stack: expect.stringContaining("preparing-plug-in.mjs") },
    });
  });

  it("throws what a download throws, unchanged", async () => {
    const failure = new DataPrepError({ code: "TOY_REFUSED", message: "no" });
    await expect(prepare("tells", { download: () => Promise.reject(failure) })).rejects.toBe(failure);
  });

  it("is ended when it holds too much memory, and says which option", async () => {
    await expect(prepare("allocates", { memoryMiB: 300 })).rejects.toMatchObject({
      code: "RUNNER_PREPARATION_MEMORY",
      hint: expect.stringContaining("--preparation-memory"),
    });
  });

  it("is tried again with all memory where its share was too little, after waiting for the others", async () => {
    const slots = new PreparationSlots(2);
    const other = await slots.one();
    const tried: (number | string)[] = [];
    const attempt = async (_slot: PreparationSlot, memoryMiB: number) => {
      tried.push(memoryMiB);
      return await prepare(memoryMiB === 300 ? "allocates" : "tells", { memoryMiB });
    };
    const onRetry = () => {
      setTimeout(() => {
        tried.push("other left");
        other[Symbol.dispose]();
      }, 100);
    };
    expect(await withinMemory(slots, attempt, { shareMiB: 300, wholeMiB: 2048, onRetry })).toMatchObject({
      status: "prepared",
    });
    expect(tried).toEqual([300, "other left", 2048]);
    await expect(withinMemory(slots, attempt, { shareMiB: 300, wholeMiB: 300, onRetry })).rejects.toThrow(
      "more than 300 MiB",
    );
    await expect(
      withinMemory(slots, () => prepare("throws"), { shareMiB: 300, wholeMiB: 2048, onRetry }),
    ).rejects.toThrow("the preparer is broken");
    expect(tried).toEqual([300, "other left", 2048, 300]);
  });

  it("takes nothing with it when it breaks down", async () => {
    await expect(prepare("exits")).rejects.toMatchObject({
      code: "RUNNER_PREPARATION_CRASH",
      message: expect.stringContaining("exit code 7"),
    });
    expect(existsSync(join(dataDir, "preparing-exits", "prepared"))).toBe(false);
  });

  it("does not wait for what its preparer left running", async () => {
    expect(await prepare("leaves")).toMatchObject({ status: "prepared" });
  }, 30_000);

  it("is ended with what it started when the run is stopped, even in an endless loop", async () => {
    const stop = new AbortController();
    const preparing = prepare("loops", { signal: stop.signal });
    preparing.catch(() => undefined);
    await vi.waitFor(() => expect(existsSync(join(dataDir, "pids"))).toBe(true), { timeout: 60_000 });
    await vi.waitFor(async () => expect((await read("pids")).split(" ")).toHaveLength(2));
    const pids = (await read("pids")).split(" ").map(Number);
    stop.abort(new Error("stopped"));
    await expect(preparing).rejects.toThrow("stopped");
    for (const pid of pids) await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false);
  });
});
