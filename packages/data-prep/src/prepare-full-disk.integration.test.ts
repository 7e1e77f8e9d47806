import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { extract } from "./archives/extract.js";
import { preparedChecksums } from "./checksums.js";
import { dataPaths } from "./data-paths.js";
import { prepareCompetition } from "./prepare-competition.js";
import { registerPreparer } from "./preparers.js";
import {
  MADE_UP_ID,
  madeUpPreparer,
  registerMadeUpCompetition,
  writeMadeUpZip,
} from "./test-support/made-up-competition.js";

const workshop = mkdtempSync(join(tmpdir(), "mlebench-full-disk-"));
afterAll(() => rmSync(workshop, { recursive: true, force: true }));

it("disk space that runs out in the middle is a clear error, and the next run finishes with more of it", async () => {
  const disk = join(workshop, "disk");
  mkdirSync(disk);
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=150k", "tmpfs", disk], { encoding: "utf8" });
  if (mount.status !== 0) {
    console.warn(`skipped: no small file system can be mounted here (${mount.stderr?.trim()})`);
    return;
  }
  try {
    const [rawDir, reference, sourceZip] = ["raw", "reference", "source.zip"].map((name) => join(workshop, name));
    mkdirSync(reference!);
    registerMadeUpCompetition();
    await writeMadeUpZip(sourceZip!, { rows: 60 });
    await extract(sourceZip!, rawDir!);
    await prepareCompetition(MADE_UP_ID, { dataDir: reference!, rawDir });
    const checksums = await preparedChecksums(dataPaths(reference!, MADE_UP_ID).prepared);

    // An estimate that is too low lets it run into the wall.
    registerPreparer({ ...madeUpPreparer, estimateBytes: () => 0 });
    const prepare = () => prepareCompetition(MADE_UP_ID, { dataDir: disk, rawDir, checksums });
    const ballast = join(disk, "ballast");
    expect(() => writeFileSync(ballast, Buffer.alloc(200_000))).toThrow("ENOSPC");
    await expect(prepare()).rejects.toThrow(/the disk with .* is full/);
    rmSync(ballast);
    await expect(prepare()).rejects.toThrow(/the disk with .* is full/);
    const left = readdirSync(dataPaths(disk, MADE_UP_ID).root);
    expect(left.filter((name) => name.startsWith(".preparing"))).toEqual([]);
    spawnSync("mount", ["-o", "remount,size=20m", disk]);
    await prepare();
  } finally {
    spawnSync("umount", [disk]);
  }
});
