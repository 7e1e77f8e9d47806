import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCompetition, registerCompetition } from "@mlebench/competitions";
import { toyCompetition } from "@mlebench/competitions/testing";
import { definePreparer, getPreparer, registerPreparer, writeZip } from "@mlebench/data-prep";
import { KaggleClient } from "@mlebench/kaggle-client";
import { startKaggleServer, testCredentials } from "@mlebench/kaggle-client/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunEvent } from "../../events.js";
import { registerSource } from "../../plug-in/plug-in-registry.js";
import { RulesMissingError } from "../rules/rules-errors.js";
import { openPreparation } from "./preparation.js";
import { prepareCompetitions } from "./prepare-competitions.js";

const IDS = ["runner-toy-one", "runner-toy-two"];
const FILES = { "all.csv": Buffer.from("id,y\n1,0\n2,1\n") };

beforeAll(() => {
  for (const id of IDS) {
    registerCompetition({
      competition: toyCompetition(id),
    });
    registerPreparer(
      definePreparer({
        id,
        async prepare({ raw, publicDir, privateDir }) {
          const text = await readFile(raw.file("all.csv"));
          await writeFile(publicDir.file("sample_submission.csv"), text);
          await writeFile(privateDir.file("test.csv"), text);
        },
      }),
    );
  }
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-preparation-"));
  vi.stubEnv("XDG_CACHE_HOME", join(directory, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

describe("preparing", () => {
  it("names every page to visit before anything is downloaded", async () => {
    await using server = await startKaggleServer({
      competitions: Object.fromEntries(IDS.map((id) => [id, { files: FILES, rulesAccepted: false }])),
    });
    await using kaggle = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url });
    const opening = openPreparation(IDS, {
      dataDir: directory,
      skipTosCheck: false,
      kaggle,
      emit: () => undefined,
    });
    await expect(opening).rejects.toThrow(RulesMissingError);
    await expect(opening).rejects.toThrow(/runner-toy-one[\s\S]*runner-toy-two/);
    expect(IDS.some((id) => existsSync(join(directory, id)))).toBe(false);
  });

  it("downloads, prepares and leaves no raw files; asking again downloads nothing", async () => {
    await using server = await startKaggleServer({ competitions: { "runner-toy-one": { files: FILES } } });
    await using kaggle = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url });
    const events: RunEvent[] = [];
    const options = { dataDir: directory, kaggle, onEvent: (event: RunEvent) => events.push(event) };
    expect(await prepareCompetitions(["runner-toy-one"], options)).toMatchObject([
      { competitionId: "runner-toy-one", status: "prepared" },
    ]);
    expect(existsSync(join(directory, "runner-toy-one", "prepared", "private", "test.csv"))).toBe(true);
    expect(existsSync(join(directory, "runner-toy-one", "runner-toy-one.zip"))).toBe(false);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["rules-check", "prepare-start", "prepare-end"]),
    );
    const asked = server.requests.length;
    expect(await prepareCompetitions(["runner-toy-one"], options)).toMatchObject([
      { competitionId: "runner-toy-one", status: "already-prepared" },
    ]);
    expect(server.requests.length).toBe(asked);
  });

  it("goes on with the others when one fails, and says why", async () => {
    await using server = await startKaggleServer({
      competitions: {
        "runner-toy-one": { files: { "other.csv": Buffer.from("x\n") } },
        "runner-toy-two": { files: FILES },
      },
    });
    await using kaggle = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url });
    const results = await prepareCompetitions(IDS, { dataDir: directory, kaggle });
    expect(results).toMatchObject([
      { status: "failed", message: expect.stringContaining("all.csv") },
      { competitionId: "runner-toy-two", status: "prepared" },
    ]);
  });

  it("removes a zip before the preparer writes, when asked to", async () => {
    const id = "runner-toy-zip";
    const zip = join(directory, id, `${id}.zip`);
    let isThere: boolean | undefined;
    registerCompetition({ competition: { ...getCompetition(IDS[0]!), id } });
    registerPreparer(
      definePreparer({
        id,
        async prepare({ raw, publicDir, privateDir }) {
          isThere = existsSync(zip);
          const text = await readFile(raw.file("all.csv"));
          await writeFile(publicDir.file("sample_submission.csv"), text);
          await writeFile(privateDir.file("test.csv"), text);
        },
      }),
    );
    await using server = await startKaggleServer({ competitions: { [id]: { files: FILES } } });
    await using kaggle = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url });
    for (const dropZip of [true, false]) {
      const dataDir = directory;
      expect(await prepareCompetitions([id], { dataDir, kaggle, dropZip })).toMatchObject([{ status: "prepared" }]);
      expect(isThere).toBe(!dropZip);
      await rm(join(directory, id), { recursive: true });
    }
  });

  it("prepares as many at a time as it may, and downloads meanwhile", async () => {
    const ids = ["a", "b", "c", "d"].map((letter) => `runner-toy-${letter}`);
    let now = 0;
    let most = 0;
    for (const id of ids) {
      registerCompetition({ competition: { ...getCompetition(IDS[0]!), id } });
      registerPreparer(
        definePreparer({
          id,
          async prepare({ raw, publicDir, privateDir }) {
            most = Math.max(most, ++now);
            await vi.waitFor(() => expect(most).toBeGreaterThan(1), { timeout: 60_000 });
            now -= 1;
            const text = await readFile(raw.file("all.csv"));
            await writeFile(publicDir.file("sample_submission.csv"), text);
            await writeFile(privateDir.file("test.csv"), text);
          },
        }),
      );
    }
    await using server = await startKaggleServer({
      competitions: Object.fromEntries(ids.map((id) => [id, { files: FILES }])),
    });
    await using kaggle = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url });
    const results = await prepareCompetitions(ids, { dataDir: directory, kaggle, maxPreparations: 2 });
    expect(results.map(({ competitionId, status }) => [competitionId, status])).toEqual(
      ids.map((id) => [id, "prepared"]),
    );
    expect(most).toBe(2);
  });

  it("reports how far the download of a plug-in's source is", async () => {
    const id = "runner-toy-source";
    registerCompetition({ competition: { ...getCompetition(IDS[0]!), id } });
    registerPreparer({ ...(await getPreparer(IDS[0]!)), id });
    registerSource(id, async (_id, folder, { onProgress }) => {
      const path = join(folder, `${id}.zip`);
      onProgress?.(25, 100);
      await writeZip(path, [{ name: "all.csv", content: FILES["all.csv"].toString() }]);
      return path;
    });
    const events: RunEvent[] = [];
    await prepareCompetitions([id], { dataDir: directory, onEvent: (event) => events.push(event) });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "prepare-progress", competitionId: id, stage: "download", done: 25, total: 100 }),
    );
  });

  it("takes raw files from a folder per competition and asks nobody", async () => {
    const raw = join(directory, "raw");
    for (const id of IDS) {
      await mkdir(join(raw, id), { recursive: true });
      await writeFile(join(raw, id, "all.csv"), FILES["all.csv"]);
    }
    const results = await prepareCompetitions(IDS, { dataDir: join(directory, "data"), rawDir: raw, env: {} });
    expect(results.map(({ status }) => status)).toEqual(["prepared", "prepared"]);
  });
});
