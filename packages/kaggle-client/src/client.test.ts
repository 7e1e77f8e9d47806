import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KaggleClient, type KaggleClientOptions } from "./client.js";
import type { Credentials } from "./credentials.js";
import {
  ForbiddenError,
  KaggleError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
  RulesNotAcceptedError,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
} from "./errors.js";
import { Secret } from "./secret.js";
import { type KaggleServer, startKaggleServer, testCredentials } from "./testing/index.js";
import { startLoopback } from "./testing/loopback.js";

const many = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`train/${index}.csv`, `id,${index}\n`]));
const fast = { minDelaySeconds: 0.01, maxDelaySeconds: 0.05 };

let server: KaggleServer;
let directory: string;
const open: KaggleClient[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kaggle-client-"));
  server = await startKaggleServer({
    competitions: {
      leaf: {
        title: "Leaf",
        files: { "train.csv": "id,x\n1,2\n", "big/test.csv": "id\n1\n" },
        leaderboard: "team,score\n",
      },
      old: { files: { "train.csv": "id\n" }, zipped: ["train.csv"] },
      closed: { files: { "a.csv": "a" }, rulesAccepted: false },
      many: { files: many },
      pages: { files: { "page.html": "<p>" } },
    },
    refreshTokens: { "refresh-1": "access-1" },
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

function connect(options: Partial<KaggleClientOptions> = {}): KaggleClient {
  const client = new KaggleClient({
    credentials: testCredentials(),
    baseUrl: server.url,
    env: {},
    retry: fast,
    ...options,
  });
  open.push(client);
  return client;
}

describe.each(["rpc", "rest"] as const)("KaggleClient over %s", (protocol) => {
  it("tells about a competition", async () => {
    const info = await connect({ protocol }).competition("leaf");
    expect(info).toMatchObject({ id: "leaf", title: "Leaf", teams: 3, userHasEntered: true });
  });

  it("lists all pages of files", async () => {
    const files = await connect({ protocol }).files("many", { pageSize: 20 });
    expect(files.map(({ name }) => name)).toEqual(Object.keys(many));
    expect(files[0]).toEqual({ name: "train/0.csv", bytes: 5, createdAt: "2020-02-20T20:20:20.200Z" });
    expect(server.requests).toHaveLength(3);
  });

  it("downloads a file, with its folders", async () => {
    const result = await connect({ protocol }).downloadFile("leaf", "big/test.csv", { directory });
    expect(result).toMatchObject({ path: join(directory, "big/test.csv"), bytes: 5, verified: ["length", "md5"] });
    expect(await readFile(result.path, "utf8")).toBe("id\n1\n");
  });

  it("adds .zip where the storage keeps a file zipped, with one question to Kaggle", async () => {
    const result = await connect({ protocol }).downloadFile("old", "train.csv", { directory });
    expect(result.path).toBe(join(directory, "train.csv.zip"));
    expect((await readFile(result.path)).subarray(0, 2).toString()).toBe("PK");
    expect(server.requests.map(({ host }) => host)).toEqual(["api", "storage"]);
  });

  it("downloads everything as <id>.zip and the leaderboard under another name", async () => {
    const client = connect({ protocol });
    const all = await client.downloadAll("leaf", { directory });
    const leaderboard = await client.leaderboard("leaf", { directory });
    expect([all.path, leaderboard.path]).toEqual([
      join(directory, "leaf.zip"),
      join(directory, "leaf-leaderboard.zip"),
    ]);
    expect((await readFile(leaderboard.path)).toString()).toContain("team,score");
  });

  it("never sends the credentials to the storage", async () => {
    await connect({ protocol }).downloadAll("leaf", { directory });
    const storage = server.requests.filter(({ host }) => host === "storage");
    expect(storage).toHaveLength(1);
    expect(storage[0]?.headers["authorization"]).toBeUndefined();
  });

  it("says which rules to accept, with the link", async () => {
    const error: unknown = await connect({ protocol })
      .downloadAll("closed", { directory })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RulesNotAcceptedError);
    expect(error).toMatchObject({
      code: "KAGGLE_RULES_NOT_ACCEPTED",
      rulesUrl: "https://www.kaggle.com/c/closed/rules",
    });
  });

  it("tells accepted rules from rules that are not", async () => {
    const client = connect({ protocol });
    expect(await client.rulesState("leaf")).toEqual({ state: "accepted" });
    expect(await client.rulesState("closed")).toEqual({
      state: "not-accepted",
      rulesUrl: "https://www.kaggle.com/c/closed/rules",
    });
    server.acceptRules("closed");
    expect(await client.rulesState("closed")).toEqual({ state: "accepted" });
  });
});

describe("KaggleClient", () => {
  it("turns 401, 403, 404, 429, 5xx and cut connections into errors of their own", async () => {
    const stranger = connect({ credentials: testCredentials("tester", "wrong-key") });
    await expect(stranger.competition("leaf")).rejects.toBeInstanceOf(UnauthorizedError);
    const client = connect({ retry: { ...fast, retries: 1 } });
    await expect(client.competition("nothing")).rejects.toBeInstanceOf(NotFoundError);
    const fail = async (effect: Parameters<typeof server.faults.add>[0]["effect"]) => {
      server.faults.clear();
      server.faults.add({ on: "api", effect });
      return client.competition("leaf").catch((error: unknown) => error);
    };
    expect(await fail({ type: "status", status: 403 })).toBeInstanceOf(ForbiddenError);
    expect(await fail({ type: "status", status: 429, retryAfter: "900" })).toMatchObject({
      code: "KAGGLE_RATE_LIMITED",
      retryAfterSeconds: 900,
    });
    expect(await fail({ type: "status", status: 429 })).toBeInstanceOf(RateLimitedError);
    expect(await fail({ type: "status", status: 503 })).toBeInstanceOf(ServerError);
    expect(await fail({ type: "reset" })).toBeInstanceOf(NetworkError);
    expect(await fail({ type: "status", status: 200, body: "<html>log in</html>" })).toBeInstanceOf(
      UnexpectedResponseError,
    );
    expect(await fail({ type: "status", status: 418 })).toMatchObject({
      code: "KAGGLE_UNEXPECTED_RESPONSE",
      status: 418,
    });
  });

  it("does not take a page for a file, whoever sends it, but for a file that is one", async () => {
    const client = connect({ retry: { retries: 0 } });
    const page = { type: "status", status: 200, body: "<html>log in</html>" } as const;
    for (const on of ["api", "storage"] as const) {
      server.faults.clear();
      server.faults.add({ on, effect: page });
      for (const download of [
        () => client.downloadAll("leaf", { directory }),
        () => client.downloadFile("leaf", "train.csv", { directory }),
      ]) {
        await expect(download()).rejects.toThrow(/status 200 \(text\/html\): log in/);
      }
    }
    expect(await readdir(directory)).toEqual([]);
    expect((await client.downloadFile("pages", "page.html", { directory })).bytes).toBe(page.body.length);
  });

  it("reads a complaint with status 200 as the official client does", async () => {
    const message = "You must accept this competition's rules before you'll be able to download files.";
    const kaggle = await startLoopback(async (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ code: 403, message }));
    });
    try {
      const client = connect({ baseUrl: kaggle.url });
      await expect(client.downloadAll("leaf", { directory })).rejects.toBeInstanceOf(RulesNotAcceptedError);
      await expect(client.files("leaf")).rejects.toBeInstanceOf(RulesNotAcceptedError);
      expect(await client.rulesState("leaf")).toMatchObject({ state: "not-accepted" });
    } finally {
      await kaggle.close();
    }
  });

  it("waits as long as Retry-After says and then goes on", async () => {
    server.faults.add({ on: "api", times: 2, effect: { type: "status", status: 429, retryAfter: "1" } });
    const waits: number[] = [];
    const client = connect({ onRetry: ({ delaySeconds }) => waits.push(delaySeconds) });
    await client.competition("leaf");
    expect(waits).toEqual([1, 1]);
  });

  it.each([
    ["403 of another kind", { type: "status", status: 403 }],
    ["404", { type: "status", status: 404 }],
    ["429", { type: "status", status: 429, retryAfter: "999" }],
    ["500", { type: "status", status: 500 }],
    ["a broken connection", { type: "reset" }],
    ["a page with status 200", { type: "status", status: 200, body: "<html>Hello</html>" }],
  ] as const)("does not take %s for accepted rules", async (_name, effect) => {
    const client = connect({ retry: { ...fast, retries: 1 } });
    for (const on of ["api", "storage"] as const) {
      server.faults.clear();
      server.faults.add({ on, effect });
      const outcome = await client.rulesState("leaf");
      expect(outcome.state).toBe("unknown");
      expect(outcome.state === "unknown" && KaggleError.is(outcome.error)).toBe(true);
    }
  });

  it("does not take an answer without a byte for accepted rules", async () => {
    server.faults.add({ on: "storage", effect: { type: "cut", afterBytes: 0 } });
    expect(await connect({ retry: { ...fast, retries: 1 } }).rulesState("leaf")).toMatchObject({
      state: "unknown",
      error: { code: "KAGGLE_NETWORK" },
    });
  });

  it("never shows the key, not even when the server repeats it", async () => {
    const client = connect({ retry: { retries: 0 } });
    const basic = Buffer.from("tester:test-key").toString("base64");
    server.faults.add({
      on: "api",
      effect: { type: "status", status: 418, body: `who is test-key or Basic ${basic}?` },
    });
    const error: unknown = await client.competition("leaf").catch((reason: unknown) => reason);
    for (const text of [
      inspect(error, { depth: 9, showHidden: true }),
      inspect(client, { depth: 9, showHidden: true }),
    ]) {
      expect(text).not.toContain("test-key");
      expect(text).not.toContain(basic);
    }
    expect(String(error)).toContain("who is [hidden]");
  });

  it("never shows the signature of an address", async () => {
    server.faults.add({ on: "storage", effect: { type: "status", status: 418 } });
    const client = connect({ retry: { retries: 0 } });
    const error: unknown = await client.downloadAll("leaf", { directory }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KaggleError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("Signature");
  });

  it("sends a token as bearer, and fetches a fresh one with a refresh token, once", async () => {
    const base = { source: "the test", warnings: [] };
    const token: Credentials = { kind: "token", token: new Secret("test-token"), ...base };
    expect((await connect({ credentials: token }).competition("leaf")).title).toBe("Leaf");
    const oauth: Credentials = {
      kind: "oauth",
      username: "tester",
      refreshToken: new Secret("refresh-1"),
      accessToken: new Secret("long-gone"),
      accessTokenExpiresAt: Date.now() - 1000,
      ...base,
    };
    const client = connect({ credentials: oauth });
    await Promise.all([client.competition("leaf"), client.competition("old"), client.files("many")]);
    expect(server.requests.filter(({ path }) => path.endsWith("GenerateAccessToken"))).toHaveLength(1);
  });

  it("takes the base URL from the environment", async () => {
    const client = connect({ baseUrl: undefined, env: { KAGGLE_API_ENDPOINT: `${server.url}/api/v1/` } });
    expect((await client.competition("leaf")).title).toBe("Leaf");
  });

  it("goes through the proxy that the environment names, unless NO_PROXY has the host", async () => {
    const dead = { HTTP_PROXY: "http://127.0.0.1:9", http_proxy: "http://127.0.0.1:9" };
    const lost = connect({ env: dead, retry: { retries: 0 } });
    await expect(lost.competition("leaf")).rejects.toBeInstanceOf(NetworkError);
    const direct = connect({ env: { ...dead, NO_PROXY: "127.0.0.1" } });
    expect((await direct.competition("leaf")).title).toBe("Leaf");
  });

  it("refuses file names that lead out of the directory", async () => {
    for (const name of ["../x", "/etc/passwd", "a/../../b", "a\\b", ""]) {
      await expect(connect().downloadFile("leaf", name, { directory })).rejects.toBeInstanceOf(NotFoundError);
    }
    await expect(connect().downloadAll("../leaf", { directory })).rejects.toBeInstanceOf(NotFoundError);
    expect(server.requests).toHaveLength(0);
  });

  it("downloads no more at a time than it may", async () => {
    server.faults.add({ on: "storage", effect: { type: "stall", afterBytes: 0 } });
    const client = connect({ maxConcurrentDownloads: 2 });
    const controller = new AbortController();
    let running = 0;
    const downloads = Object.keys(many)
      .slice(0, 6)
      .map((name) =>
        client.downloadFile("many", name, {
          directory,
          signal: controller.signal,
          onEvent: ({ type }) => {
            if (type === "download-start") running += 1;
          },
        }),
      );
    await vi.waitFor(() => expect(running).toBe(2), { timeout: 20_000 });
    // Time enough for a third one to begin, if it could.
    await setTimeout(100);
    controller.abort(new Error("enough"));
    expect((await Promise.allSettled(downloads)).map(({ status }) => status)).toEqual(Array(6).fill("rejected"));
    expect(running).toBe(2);
  });

  it("stops at once when aborted, with the signal's reason", async () => {
    server.faults.add({ on: "any", effect: { type: "status", status: 503 } });
    const reason = new Error("enough");
    const client = connect({ retry: { minDelaySeconds: 30 } });
    const stop = (action: (signal: AbortSignal) => Promise<unknown>) => {
      const controller = new AbortController();
      void setTimeout(50).then(() => controller.abort(reason));
      return action(controller.signal);
    };
    await expect(stop((signal) => client.competition("leaf", { signal }))).rejects.toBe(reason);
    await expect(stop((signal) => client.downloadAll("leaf", { directory, signal }))).rejects.toBe(reason);
    await expect(stop((signal) => client.rulesState("leaf", { signal }))).rejects.toBe(reason);
  });
});
