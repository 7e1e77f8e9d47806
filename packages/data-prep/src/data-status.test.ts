import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { preparedChecksums } from "./checksums.js";
import { dataPaths } from "./data-paths.js";
import { dataStatus, pruneData, verifyPrepared } from "./data-status.js";
import { MADE_UP_ID, registerMadeUpCompetition } from "./test-support/made-up-competition.js";

let dataDir: string;
beforeAll(() => registerMadeUpCompetition());
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mlebench-data-status-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** As upstream's own tool leaves it. */
function makePrepared(): ReturnType<typeof dataPaths> {
  const paths = dataPaths(dataDir, MADE_UP_ID);
  mkdirSync(paths.publicDir, { recursive: true });
  mkdirSync(paths.privateDir);
  writeFileSync(paths.sampleSubmission, "id,label\n1,0\n");
  writeFileSync(paths.answers, "id,label\n1,1\n");
  return paths;
}

describe("a data directory", () => {
  it("may hold other things, also under a competition's name", async () => {
    writeFileSync(join(dataDir, "notes.txt"), "mine");
    writeFileSync(join(dataDir, MADE_UP_ID), "mine too");
    mkdirSync(join(dataDir, "other"));
    symlinkSync(join(dataDir, "gone"), join(dataDir, "spaceship-titanic"));
    expect(await dataStatus(dataDir)).toEqual([]);
    expect(await pruneData(dataDir)).toEqual({ removed: [], inUse: [], notWritable: [] });
  });

  it("says what a damaged competition lacks", async () => {
    const paths = makePrepared();
    const checksums = await preparedChecksums(paths.prepared);
    expect(await verifyPrepared(MADE_UP_ID, dataDir, { checksums })).toMatchObject({ outcome: "equal" });
    rmSync(paths.privateDir, { recursive: true });
    expect(await verifyPrepared(MADE_UP_ID, dataDir)).toMatchObject({ outcome: "not-prepared", differences: [] });
    expect(await verifyPrepared(MADE_UP_ID, dataDir, { checksums })).toMatchObject({
      outcome: "not-prepared",
      differences: [{ file: "private/test.csv", expected: checksums.private["test.csv"] }],
    });
    expect(await dataStatus(dataDir)).toMatchObject([{ competitionId: MADE_UP_ID, state: "incomplete" }]);
  });
});
