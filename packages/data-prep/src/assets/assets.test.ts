import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { listCompetitions, registerCompetition, UPSTREAM_SOURCE } from "@mlebench/competitions";
import { toyCompetition } from "@mlebench/competitions/testing";
import { type RepositoryServer, startRepositoryServer } from "@mlebench/kaggle-client/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  AssetMismatchError,
  AssetUnavailableError,
  assetFile,
  ensureAssets,
  type FetchAssetOptions,
  fetchDescription,
  fetchLeaderboard,
  UnknownAssetError,
} from "../index.js";

const ID = "assets-test";
const description = `# About\n${"Predict the leaf. ".repeat(2000)}`;
const obfuscated = "# About\nPredict.\n";
const leaderboard = `teamId,score\n${"1,0.5\n".repeat(3000)}`;
const folder = `mlebench/competitions/${ID}`;
const fact = (content: string) => ({ sha256: sha256(content), size: Buffer.byteLength(content) });

let server: RepositoryServer;
let home: string;
let options: FetchAssetOptions;

beforeAll(() => {
  registerCompetition({
    competition: toyCompetition(ID, {
      description: fact(description),
      descriptionObfuscated: fact(obfuscated),
      leaderboard: fact(leaderboard),
    }),
  });
  registerCompetition({ competition: toyCompetition("plug-in-test") });
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "assets-"));
  const commit = UPSTREAM_SOURCE.replace("@", "/");
  server = await startRepositoryServer({
    files: {
      [`${commit}/${folder}/description.md`]: description,
      [`${commit}/${folder}/description_obfuscated.md`]: obfuscated,
    },
    lfs: [leaderboard],
  });
  options = {
    cacheDir: join(home, "cache"),
    baseUrl: server.url,
    lfsBaseUrl: server.url,
    env: {},
    retry: { retries: 3, minDelaySeconds: 0.01 },
  };
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

async function put(path: string, content: string): Promise<string> {
  const full = join(home, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  return full;
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

describe("fetchDescription", () => {
  it("fetches the file of the pinned commit once and then takes it from the cache", async () => {
    const first = await fetchDescription(ID, options);
    expect(first).toMatchObject({ from: "network", bytes: description.length });
    expect(await readFile(first.path, "utf8")).toBe(description);
    expect(await fetchDescription(ID, options)).toEqual({ ...first, from: "cache" });
    expect(server.requests).toEqual([`${UPSTREAM_SOURCE.replace("@", "/")}/${folder}/description.md`]);
  });

  it("fetches the obfuscated one", async () => {
    expect(await readFile((await fetchDescription(ID, { ...options, obfuscated: true })).path, "utf8")).toBe(
      obfuscated,
    );
  });

  it("survives cuts, failing answers and damage on the way", async () => {
    server.faults.add({ times: 1, effect: { type: "status", status: 502 } });
    server.faults.add({ times: 2, effect: { type: "cut", afterBytes: 9000 } });
    server.faults.add({ times: 1, effect: { type: "corrupt", atByte: 30_000 } });
    const { path } = await fetchDescription(ID, options);
    expect(await readFile(path, "utf8")).toBe(description);
    expect(server.faults.pending).toBe(0);
  });

  it("fetches again what is damaged in the cache", async () => {
    const { path } = await fetchDescription(ID, options);
    await writeFile(path, description.replace("leaf", "loaf"));
    expect((await fetchDescription(ID, options)).from).toBe("network");
    expect(await readFile(path, "utf8")).toBe(description);
  });

  it("serves several that ask at once with one download", async () => {
    const all = await Promise.all([1, 2, 3].map(() => fetchDescription(ID, options)));
    expect(new Set(all.map(({ path }) => path)).size).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  it("refuses a file that hashes to something else", async () => {
    server.faults.add({ effect: { type: "corrupt", atByte: 3 } });
    const error: unknown = await fetchDescription(ID, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AssetUnavailableError);
    expect(String(error)).toContain("sha256");
  });

  it("says where it looked when there is no network, and what to do", async () => {
    const lost = { ...options, baseUrl: "http://127.0.0.1:9", assetsDir: join(home, "nothing"), retry: { retries: 0 } };
    const error: unknown = await fetchDescription(ID, lost).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AssetUnavailableError);
    expect(error).toMatchObject({ hint: expect.stringContaining(`${ID}/description.md`) });
    expect(String(error)).toMatch(/assets folder .*cache .*network/);
    await expect(fetchDescription(ID, { ...options, offline: true })).rejects.toBeInstanceOf(AssetUnavailableError);
    expect(server.requests).toEqual([]);
  });

  it("knows that a plug-in's competition has none", async () => {
    await expect(fetchDescription("plug-in-test", options)).rejects.toBeInstanceOf(UnknownAssetError);
  });
});

describe("a cache for several users", () => {
  it("lets all read, and those write who may write in the data directory, whatever the umask", async () => {
    const dataDir = join(home, "shared");
    await mkdir(dataDir);
    await chmod(dataDir, 0o2775);
    const umask = process.umask(0o077);
    try {
      const { path } = await fetchDescription(ID, { ...options, cacheDir: join(dataDir, ".assets") });
      const mode = async (of: string) => (await stat(of)).mode & 0o7777;
      expect(await mode(path)).toBe(0o644);
      for (let at = dirname(path); at !== dataDir; at = dirname(at)) expect(await mode(at)).toBe(0o2775);
    } finally {
      process.umask(umask);
    }
  });

  it("gives way to one's own where it belongs to somebody else", async () => {
    const [cacheDir, ownCacheDir] = [join(home, "theirs"), join(home, "own")];
    for (const path of [cacheDir, ownCacheDir]) await mkdir(path);
    await chmod(home, 0o755);
    await chmod(cacheDir, 0o555);
    await chmod(ownCacheDir, 0o777);
    const asOther = async () => {
      await expect(fetchDescription(ID, { ...options, cacheDir })).rejects.toThrow(/EACCES/);
      const { path, from } = await fetchDescription(ID, { ...options, cacheDir, ownCacheDir });
      expect([path.startsWith(ownCacheDir), from]).toEqual([true, "network"]);
      expect(await fetchDescription(ID, { ...options, cacheDir, ownCacheDir })).toMatchObject({ path, from: "cache" });
    };
    if (process.geteuid?.() !== 0) return await asOther();
    process.seteuid?.(65_534);
    try {
      await asOther();
    } finally {
      process.seteuid?.(0);
    }
  });
});

describe("fetchLeaderboard", () => {
  it("fetches through the Git LFS batch protocol", async () => {
    const { path, from } = await fetchLeaderboard(ID, options);
    expect([from, await readFile(path, "utf8")]).toEqual(["network", leaderboard]);
    expect(server.requests[0]).toBe("openai/mle-bench.git/info/lfs/objects/batch");
  });
});

describe("an assets folder", () => {
  it.each([
    ["plain folders", ID],
    ["a checkout of the repository", folder],
    ["the package inside a checkout", `competitions/${ID}`],
  ])("is used as %s, without network", async (_name, place) => {
    const path = await put(`assets/${place}/description.md`, description);
    const found = await fetchDescription(ID, { ...options, assetsDir: join(home, "assets") });
    expect(found).toEqual({ path, bytes: description.length, from: "assets-dir" });
    expect(server.requests).toEqual([]);
  });

  it("with another file is an error that names both hashes", async () => {
    await put(`assets/${ID}/description.md`, description.replaceAll("\n", "\r\n"));
    const wrong = fetchDescription(ID, { ...options, assetsDir: join(home, "assets") });
    await expect(wrong).rejects.toBeInstanceOf(AssetMismatchError);
  });

  it("from a checkout without LFS files falls back to the others", async () => {
    const { sha256: oid, size } = fact(leaderboard);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
    await put(`assets/${folder}/leaderboard.csv`, pointer);
    expect((await fetchLeaderboard(ID, { ...options, assetsDir: join(home, "assets") })).from).toBe("network");
  });
});

describe("ensureAssets", () => {
  it("collects what is missing and passes over plug-ins", async () => {
    const wanted = { ...options, kinds: ["description", "leaderboard"] as const };
    expect(await ensureAssets([ID, "plug-in-test"], wanted)).toEqual({ ready: 2, missing: [] });
    server.faults.add({ effect: { type: "status", status: 404 } });
    const report = await ensureAssets([ID, "spaceship-titanic"], wanted);
    expect(report.ready).toBe(2);
    expect(report.missing.map(({ competitionId, kind }) => `${competitionId} ${kind}`).sort()).toEqual([
      "spaceship-titanic description",
      "spaceship-titanic leaderboard",
    ]);
  });
});

describe("the catalogue", () => {
  it("does not knock at a network that can't be reached for each of many", async () => {
    await server.close();
    const ids = listCompetitions()
      .filter(({ description: known }) => known !== undefined)
      .map(({ id }) => id);
    let knocks = 0;
    const { ready, missing } = await ensureAssets(ids, {
      ...options,
      retry: { retries: 1, minDelaySeconds: 0.01 },
      onEvent: ({ type }) => {
        if (type === "download-retry") knocks += 1;
      },
    });
    expect([ready, missing.length]).toEqual([0, ids.length]);
    expect(missing.every(({ error }) => String(error).includes("ECONNREFUSED"))).toBe(true);
    // Those that were under way at one time.
    expect(knocks).toBeLessThanOrEqual(4);
  });

  it("has all three files of every upstream competition", () => {
    const upstream = listCompetitions().filter(({ id, demo }) => !demo && !id.endsWith("-test"));
    expect(upstream.length).toBeGreaterThan(80);
    for (const { id } of upstream) {
      for (const kind of ["description", "description-obfuscated", "leaderboard"] as const) {
        expect(assetFile(id, kind).size).toBeGreaterThan(0);
      }
    }
  });
});
