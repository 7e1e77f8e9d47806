import { type ChildProcess, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testRandom } from "@mlebench/base/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  differencesFromKit,
  KIT_IDS,
  kitChecksums,
  kitEnvironment,
  startKitServer,
} from "../test-support/kit-server.js";
import { runCli } from "../test-support/run-cli.js";

// Each test starts the command several times, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const KILLS = 4;

let cwd: string;
let args: string[];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "mlebench-prepare-faults-"));
  await writeFile(join(cwd, "kit.json"), await kitChecksums(KIT_IDS));
  args = ["prepare", "-c", KIT_IDS.join(","), "--data-dir", "data", "--checksums", "kit.json"];
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

async function expectKit(ids: readonly string[] = KIT_IDS): Promise<void> {
  for (const id of ids) expect(await differencesFromKit(join(cwd, "data"), id)).toEqual([]);
}

/** Ends a process so many milliseconds after it began to prepare. */
function endOnceStarted(signal: NodeJS.Signals, milliseconds: () => number) {
  return (child: ChildProcess): void => {
    let isStarted = false;
    child.stderr?.on("data", (chunk) => {
      if (isStarted || !String(chunk).includes("preparing its data")) return;
      isStarted = true;
      setTimeout(() => child.kill(signal), milliseconds());
    });
  };
}

describe("mlebench prepare", () => {
  it("stopped by Ctrl-C and killed at random moments, goes on and ends with the same bytes", async () => {
    // At first no download gets to its end, so that the signals strike however fast the machine is; then all go through,
    // so that a kill may strike every stage.
    await using server = await startKitServer(KIT_IDS, {
      faults: [{ on: "storage", sparesPieces: true, effect: { type: "stall", afterBytes: 1000 } }],
    });
    const env = kitEnvironment(server);
    const stopped = await runCli(args, { cwd, env, onChild: endOnceStarted("SIGINT", () => 200) });
    expect([stopped.exitCode, stopped.stderr]).toEqual([130, expect.stringContaining("what is done stays")]);
    const random = testRandom("kills of prepare");
    let killed = 0;
    for (let round = 0; round < KILLS; round += 1) {
      if (round === 1) server.faults.clear();
      const onChild = endOnceStarted("SIGKILL", () => random() * 900);
      if ((await runCli(args, { cwd, env, onChild })).exitCode === null) killed += 1;
    }
    expect(killed).toBeGreaterThan(0);
    const { exitCode, stdout } = await runCli(args, { cwd, env });
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("6 of 6 ready")]);
    await expectKit();
  });

  it("gets through cuts, 429, 5xx, resets, slowness and wrong lengths, and gives every other failure its own error", async () => {
    const [titanic, leaf, author, documents, pizza, cactus] = KIT_IDS as [string, ...string[]] as string[];
    const storage = (id: string | undefined) => ({ on: "storage" as const, path: new RegExp(`/${id}/`) });
    await using server = await startKitServer(KIT_IDS, {
      announce: "none",
      faults: [
        { ...storage(titanic), times: 3, effect: { type: "cut", afterBytes: 900 } },
        { ...storage(leaf), times: 2, effect: { type: "status", status: 429, retryAfter: "1" } },
        { ...storage(author), times: 2, effect: { type: "status", status: 503 } },
        { ...storage(documents), times: 1, effect: { type: "wrong-length", extraBytes: 7 } },
        // Long enough that no retry waits for its end.
        { ...storage(pizza), times: 40, effect: { type: "status", status: 429, retryAfter: "4000" } },
        { ...storage(cactus), effect: { type: "corrupt", atByte: 3000 } },
        { on: "api", times: 1, effect: { type: "reset" } },
      ],
    });
    const env = kitEnvironment(server);
    const first = await runCli([...args, "--skip-verification", "--skip-tos-check", "--json"], { cwd, env });
    expect(first.exitCode).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject([
      ...[titanic, leaf, author, documents].map((id) => ({ competition_id: id, status: "prepared" })),
      { competition_id: pizza, status: "failed", code: "KAGGLE_RATE_LIMITED" },
      { competition_id: cactus, status: "failed", code: expect.stringMatching(/^DATA_PREP_ARCHIVE_/) },
    ]);
    expect(first.stderr).toMatch(/random-acts-of-pizza\nerror: Too many requests \(429\).*asked to wait 4000 s/);
    expect(first.stderr).toMatch(/aerial-cactus-identification\nerror: Refused .*aerial-cactus-identification\.zip/);
    server.faults.clear();
    const second = await runCli(args, { cwd, env });
    expect([second.exitCode, second.stdout]).toEqual([0, expect.stringContaining("6 of 6 ready")]);
    await expectKit();
  });

  it("on a disk that is too small refuses before the download, and finishes once there is room", async ({ skip }) => {
    const id = "denoising-dirty-documents";
    const data = join(cwd, "data");
    await mkdir(data);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=24k", "tmpfs", data], { stdio: "ignore" });
    } catch (error) {
      if (process.env["MLEBENCH_REQUIRE_TMPFS"] === "1") throw error;
      skip("mounting a tmpfs needs root");
    }
    try {
      await using server = await startKitServer([id]);
      const env = kitEnvironment(server);
      const one = ["prepare", "-c", id, "--data-dir", "data", "--checksums", "kit.json"];
      const { exitCode, stderr } = await runCli(one, { cwd, env });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/that may not fit/);
      expect(stderr).toMatch(
        /error: Downloading, unpacking and preparing denoising-dirty-documents needs .* may be used/,
      );
      expect(server.requests.some(({ host, headers }) => host === "storage" && headers["range"] === undefined)).toBe(
        false,
      );
      // Room for all bytes, but not for all files: nobody can know before.
      execFileSync("mount", ["-o", "remount,size=20m,nr_inodes=12", data]);
      const full = await runCli(one, { cwd, env });
      expect(full.exitCode).toBe(1);
      expect(full.stderr).toMatch(/error: .*(?:the disk with .* is full|No space left)/);
      execFileSync("mount", ["-o", "remount,nr_inodes=5000", data]);
      expect((await runCli(one, { cwd, env })).exitCode).toBe(0);
      await expectKit([id]);
      // Prepared data may lie on a disk that nobody may write to.
      execFileSync("mount", ["-o", "remount,ro", data]);
      expect(await runCli(one, { cwd, env })).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("already prepared"),
      });
    } finally {
      execFileSync("umount", [data]);
    }
  });
});
