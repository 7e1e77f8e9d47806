import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KaggleClient } from "./client.js";
import { checkRules, type RulesEvent } from "./rules.js";
import { type KaggleServer, startKaggleServer, testCredentials } from "./testing/index.js";

const ids = ["a", "b", "c", "d", "e"];
let server: KaggleServer;
let directory: string;
let cacheFile: string;
let client: KaggleClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kaggle-rules-"));
  cacheFile = join(directory, "cache", "rules.json");
  const competitions = Object.fromEntries(
    ids.map((id) => [id, { files: { x: id }, rulesAccepted: !"bd".includes(id) }]),
  );
  server = await startKaggleServer({ competitions, keys: { tester: "test-key", other: "other-key" } });
  client = connect();
});
afterEach(async () => {
  await client.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function connect(username = "tester", key = "test-key"): KaggleClient {
  const retry = { retries: 1, minDelaySeconds: 0.01 };
  return new KaggleClient({ credentials: testCredentials(username, key), baseUrl: server.url, env: {}, retry });
}

const apiRequests = () => server.requests.filter(({ host }) => host === "api").length;

describe("checkRules", () => {
  it("lists every link still to accept and tells each outcome", async () => {
    const events: RulesEvent[] = [];
    const report = await checkRules(client, [...ids, "a"], { cacheFile, onEvent: (event) => events.push(event) });
    expect(report).toEqual({
      accepted: ["a", "c", "e"],
      notAccepted: [
        { competitionId: "b", rulesUrl: "https://www.kaggle.com/c/b/rules" },
        { competitionId: "d", rulesUrl: "https://www.kaggle.com/c/d/rules" },
      ],
      unknown: [],
      unchecked: [],
      stopped: undefined,
      isComplete: false,
    });
    expect(events.map(({ competitionId, state, done, total }) => `${competitionId} ${state} ${done}/${total}`)).toEqual(
      ["a accepted 1/5", "b not-accepted 2/5", "c accepted 3/5", "d not-accepted 4/5", "e accepted 5/5"],
    );
  });

  it("asks again only for what was not accepted", async () => {
    await checkRules(client, ids, { cacheFile });
    const before = apiRequests();
    server.acceptRules("b");
    server.acceptRules("d");
    expect(await checkRules(client, ids, { cacheFile })).toMatchObject({ accepted: ids, isComplete: true });
    expect(apiRequests() - before).toBe(2);
    await checkRules(client, ids, { cacheFile });
    expect(apiRequests() - before).toBe(2);
  });

  it("keeps accounts apart and their names out of the cache", async () => {
    await checkRules(client, ids, { cacheFile });
    const before = apiRequests();
    await using other = connect("other", "other-key");
    await checkRules(other, ids, { cacheFile });
    expect(apiRequests() - before).toBe(5);
    const text = await readFile(cacheFile, "utf8");
    expect(text).not.toMatch(/tester|other|key/);
    expect(Object.keys(JSON.parse(text).accepted)).toHaveLength(2);
  });

  it("never takes an error for acceptance, nor caches it", async () => {
    server.faults.add({ path: /c/i, on: "storage", effect: { type: "status", status: 404 } });
    const report = await checkRules(client, ["a", "c", "nothing"], { cacheFile });
    expect(report.accepted).toEqual([]);
    expect(report.unknown.map(({ competitionId, error }) => [competitionId, error.code])).toEqual([
      ["a", "KAGGLE_NOT_FOUND"],
      ["c", "KAGGLE_NOT_FOUND"],
      ["nothing", "KAGGLE_NOT_FOUND"],
    ]);
    server.faults.clear();
    expect(await checkRules(client, ["a", "c"], { cacheFile })).toMatchObject({ isComplete: true });
  });

  it("stops at 429, keeps what it knows and goes on from there", async () => {
    let left = 2;
    const take = server.faults.take.bind(server.faults);
    server.faults.take = (on, path) => {
      if (on === "storage") return take(on, path);
      left -= 1;
      return left < 0 ? { type: "status", status: 429, retryAfter: "60" } : undefined;
    };
    const stopped = await checkRules(client, ids, { cacheFile });
    expect(stopped).toMatchObject({
      accepted: ["a"],
      notAccepted: [{ competitionId: "b" }],
      unchecked: ["c", "d", "e"],
      stopped: { code: "KAGGLE_RATE_LIMITED", retryAfterSeconds: 60 },
      isComplete: false,
    });
    server.faults.take = take;
    const before = apiRequests();
    expect((await checkRules(client, ids, { cacheFile })).accepted).toEqual(["a", "c", "e"]);
    expect(apiRequests() - before).toBe(4);
  });

  it("stops at once when the credentials are refused", async () => {
    await using stranger = connect("tester", "wrong");
    const report = await checkRules(stranger, ids);
    expect(report).toMatchObject({ unchecked: ids, stopped: { code: "KAGGLE_UNAUTHORIZED" } });
    expect(apiRequests()).toBe(1);
  });

  it("starts afresh with a broken cache", async () => {
    await checkRules(client, ids, { cacheFile });
    await writeFile(cacheFile, "{oops");
    expect((await checkRules(client, ids, { cacheFile })).accepted).toEqual(["a", "c", "e"]);
  });
});
