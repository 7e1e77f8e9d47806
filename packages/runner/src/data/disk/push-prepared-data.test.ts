import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dataPaths } from "@mlebench/data-prep";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pushPreparedData } from "./push-prepared-data.js";

const ID = "spaceship-titanic";

describe("pushing prepared data", () => {
  let dataDir: string;
  let calls: { folders: unknown; options: Record<string, unknown> }[];
  const importPackage = async () => ({
    pushData: async (folders: readonly { target: string }[], options: Record<string, unknown>) => {
      calls.push({ folders, options });
      return folders.map(({ target }) => ({ target, files: 2, bytes: 9, sentFiles: 1, sentBytes: 4, removedFiles: 0 }));
    },
  });
  const push = (ids: readonly string[]) => pushPreparedData(ids, { dataDir, claim: "data", env: {}, importPackage });

  beforeEach(async () => {
    calls = [];
    dataDir = await mkdtemp(join(tmpdir(), "push-prepared-"));
    const { answers, sampleSubmission, publicDir, privateDir } = dataPaths(dataDir, ID);
    for (const file of [answers, sampleSubmission, join(publicDir, "train.csv"), join(privateDir, "more.csv")]) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, "id\n");
    }
  });

  afterEach(() => rm(dataDir, { recursive: true }));

  it("names the public folders of what is prepared, and no other folder", async () => {
    expect(await push([])).toEqual([
      { competitionId: ID, files: 2, bytes: 9, sentFiles: 1, sentBytes: 4, removedFiles: 0 },
    ]);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.folders).toEqual([{ source: dataPaths(dataDir, ID).publicDir, target: `${ID}/prepared/public` }]);
    expect(calls[0]?.options).toMatchObject({ claim: "data", image: "mlebench-env:lean", env: {} });
  });

  it("refuses a public folder that leads to the answers", async () => {
    const { publicDir, privateDir, sampleSubmission } = dataPaths(dataDir, ID);
    await rename(publicDir, `${publicDir}-old`);
    await symlink(privateDir, publicDir);
    await writeFile(sampleSubmission, "id\n");
    await expect(push([ID])).rejects.toMatchObject({ code: "RUNNER_PUSH_PRIVATE" });
    expect(calls).toEqual([]);
  });

  it("refuses what is not prepared, before anything is copied", async () => {
    const both = push([ID, "nomad2018-predict-transparent-conductors"]);
    await expect(both).rejects.toMatchObject({ code: "RUNNER_NOT_PREPARED" });
    expect(calls).toEqual([]);
  });
});
