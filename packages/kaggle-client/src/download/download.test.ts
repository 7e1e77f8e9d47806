import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentOwner, tryLockFile } from "@mlebench/base";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KaggleClient, type KaggleClientOptions } from "../client.js";
import { DownloadLockedError, FileSystemError, IntegrityError, KaggleError, StalledError } from "../errors.js";
import { type FaultEffect, type KaggleServer, startKaggleServer, testCredentials } from "../testing/index.js";
import { Bandwidth } from "./bandwidth.js";
import type { DownloadEvent } from "./events.js";

const content = randomBytes(300_000);
const md5 = createHash("md5").update(content).digest("hex");
const sha256 = createHash("sha256").update(content).digest("hex");

let server: KaggleServer;
let directory: string;
let client: KaggleClient;
let events: DownloadEvent[];
const toClose: { close(): Promise<void> }[] = [];

async function start(options: Partial<Parameters<typeof startKaggleServer>[0]> = {}): Promise<void> {
  server = await startKaggleServer({ competitions: { c: { zip: content } }, ...options });
  client = connect();
  toClose.push(client, server);
}

function connect(options: Partial<KaggleClientOptions> = {}): KaggleClient {
  return new KaggleClient({
    credentials: testCredentials(),
    baseUrl: server.url,
    env: {},
    retry: { retries: 3, minDelaySeconds: 0.01, maxDelaySeconds: 0.05 },
    ...options,
  });
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kaggle-download-"));
  events = [];
  await start();
});
afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (options: object = {}) =>
  client.downloadAll("c", { directory, onEvent: (event) => events.push(event), ...options });
const path = () => join(directory, "c.zip");
const bytesOnDisk = () => readFile(path());
const storage = (effect: FaultEffect, times?: number) => server.faults.add({ on: "storage", effect, times });
const ranges = () => server.requests.filter(({ host }) => host === "storage").map(({ headers }) => headers["range"]);
const restarts = () => events.flatMap((event) => (event.type === "download-restart" ? [event.reason] : []));

/** Leaves the first part of a download behind, as a killed run does. */
async function leavePart(bytes: number): Promise<void> {
  storage({ type: "cut", afterBytes: bytes }, 1);
  await expect(get({ retry: { retries: 0 } })).rejects.toBeInstanceOf(KaggleError);
  expect((await stat(`${path()}.part`)).size).toBe(bytes);
  server.faults.clear();
  events.length = 0;
}

async function expectComplete(): Promise<void> {
  expect((await bytesOnDisk()).equals(content)).toBe(true);
  expect(await readdir(directory)).toEqual(["c.zip"]);
}

describe("a download", () => {
  it("tells its start, progress with rate and time left, and end", async () => {
    storage({ type: "slow", bytesPerSecond: 1_000_000 });
    const result = await get({ progressIntervalSeconds: 0 });
    expect(result).toMatchObject({ bytes: 300_000, resumedBytes: 0, unchanged: false, verified: ["length", "md5"] });
    expect(events[0]).toMatchObject({ type: "download-start", totalBytes: 300_000, resumedBytes: 0 });
    expect(events.at(-1)).toMatchObject({ type: "download-end", bytes: 300_000, unchanged: false });
    const middle = events.flatMap((event) => (event.type === "download-progress" ? [event] : [])).at(-3);
    expect(middle?.bytesPerSecond).toBeGreaterThan(0);
    expect(middle?.secondsLeft).toBeGreaterThan(0);
    await expectComplete();
  });

  it("goes on in the middle of the body after each cut, by range and under the same ETag", async () => {
    storage({ type: "cut", afterBytes: 70_000 }, 4);
    const result = await get();
    expect(result.resumedBytes).toBe(0);
    expect(ranges()).toEqual([undefined, "bytes=70000-", "bytes=140000-", "bytes=210000-", "bytes=280000-"]);
    expect(restarts()).toEqual([]);
    await expectComplete();
  });

  it("goes on in a later run where an earlier one was cut", async () => {
    await leavePart(100_000);
    const result = await get();
    expect(result).toMatchObject({ resumedBytes: 100_000, verified: ["length", "md5"] });
    expect(ranges().at(-1)).toBe("bytes=100000-");
    await expectComplete();
  });

  it("needs nothing but the check when the earlier run was killed after its last byte", async () => {
    await leavePart(100_000);
    await writeFile(`${path()}.part`, content);
    expect(await get()).toMatchObject({ resumedBytes: 300_000 });
    await expectComplete();
  });

  it("starts over when the object has changed meanwhile", async () => {
    await leavePart(100_000);
    storage({ type: "retag" }, 1);
    expect(await get()).toMatchObject({ resumedBytes: 0 });
    expect(restarts()).toEqual(["changed"]);
    await expectComplete();
  });

  it("starts over when the server ignores ranges", async () => {
    await leavePart(100_000);
    storage({ type: "ignore-range" });
    await get();
    expect(restarts()).toEqual(["range-ignored"]);
    await expectComplete();
  });

  it("gives up on a server that ignores ranges and cuts each time at the same place", async () => {
    await start({ competitions: { c: { zip: content } } });
    // Every answer is the whole object, cut: no try gets further than the one before.
    let turn = 0;
    const original = server.faults.take.bind(server.faults);
    server.faults.take = (on, where) => {
      if (on === "api") return original(on, where);
      turn += 1;
      return turn % 2 === 1 ? { type: "cut", afterBytes: 50_000 } : { type: "ignore-range" };
    };
    await expect(get({ bytes: 300_000 })).resolves.toMatchObject({ bytes: 300_000 });
    server.faults.take = () => ({ type: "cut", afterBytes: 0 });
    await rm(path());
    await expect(get()).rejects.toMatchObject({ code: "KAGGLE_NETWORK" });
  });

  it("starts over when the part is longer than the object", async () => {
    await leavePart(100_000);
    await writeFile(`${path()}.part`, randomBytes(400_000));
    await get();
    expect(restarts()).toEqual(["range-refused"]);
    await expectComplete();
  });

  it("starts over, once, when the checksum shows damage, and then succeeds", async () => {
    storage({ type: "corrupt", atByte: 123_456 }, 1);
    await get();
    expect(restarts()).toEqual(["checksum-mismatch"]);
    await expectComplete();
  });

  it("finds damage in what an earlier run left", async () => {
    await leavePart(100_000);
    const part = await readFile(`${path()}.part`);
    part[5]! ^= 1;
    await writeFile(`${path()}.part`, part);
    await get();
    expect(restarts()).toEqual(["checksum-mismatch"]);
    await expectComplete();
  });

  it("refuses a file that stays damaged, names both checksums and leaves nothing", async () => {
    storage({ type: "corrupt", atByte: 5 });
    const error: unknown = await get().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ code: "KAGGLE_CHECKSUM_MISMATCH", mismatch: "md5", expected: md5 });
    expect(await readdir(directory)).toEqual([]);
  });

  it("checks CRC-32C where the storage knows no MD5", async () => {
    await start({ announce: "crc32c" });
    storage({ type: "corrupt", atByte: 299_999 }, 1);
    expect(await get()).toMatchObject({ verified: ["length", "crc32c"] });
    expect(restarts()).toEqual(["checksum-mismatch"]);
    await expectComplete();
  });

  it("checks what the caller expects, without a download when the size or MD5 is already known to differ", async () => {
    expect(await get({ md5, sha256: sha256.toUpperCase(), bytes: 300_000 })).toMatchObject({
      verified: ["length", "md5", "sha256"],
      checksums: { md5, sha256 },
    });
    await rm(path());
    await expect(get({ md5: "0".repeat(32) })).rejects.toMatchObject({ mismatch: "md5", actual: md5 });
    await expect(get({ bytes: 7 })).rejects.toMatchObject({ code: "KAGGLE_LENGTH_MISMATCH", actual: "300000" });
    await expect(get({ sha256: "0".repeat(64) })).rejects.toMatchObject({ mismatch: "sha256", actual: sha256 });
    expect(await readdir(directory)).toEqual([]);
  });

  it("ends well after one wrong Content-Length and with an error when it stays wrong", async () => {
    storage({ type: "wrong-length", extraBytes: 10 }, 1);
    await get();
    await expectComplete();
    await rm(path());
    storage({ type: "wrong-length", extraBytes: 10 });
    expect(KaggleError.is(await get().catch((reason: unknown) => reason))).toBe(true);
    expect(await stat(path()).catch(() => undefined)).toBeUndefined();
  });

  it("survives storms of 429 and 5xx at both hosts", async () => {
    for (const on of ["api", "storage"] as const) {
      server.faults.add({ on, times: 2, effect: { type: "status", status: 429, retryAfter: "0" } });
      server.faults.add({ on, times: 1, effect: { type: "status", status: 503 } });
    }
    await get({ retry: { retries: 8 } });
    expect(server.faults.pending).toBe(0);
    await expectComplete();
  });

  it("retries a stalled body and at last calls it stalled", async () => {
    storage({ type: "stall", afterBytes: 1000 }, 1);
    await get({ stallSeconds: 1 });
    await expectComplete();
    await rm(path());
    storage({ type: "stall", afterBytes: 0 });
    await expect(get({ stallSeconds: 0.1 })).rejects.toBeInstanceOf(StalledError);
  });

  it("asks for a new signed address when the old one has expired", async () => {
    storage({ type: "cut", afterBytes: 10_000 }, 1);
    let retries = 0;
    const onEvent = ({ type }: DownloadEvent) => {
      if (type !== "download-retry") return;
      retries += 1;
      if (retries === 1) server.expireAddresses();
    };
    await get({ onEvent });
    expect(server.requests.filter(({ host }) => host === "api")).toHaveLength(2);
    expect(ranges().at(-1)).toBe("bytes=10000-");
    await expectComplete();
  });

  it("keeps a finished file that is the same and replaces one that is not", async () => {
    await get();
    expect(await get()).toMatchObject({ unchanged: true });
    await truncate(path(), 299_999);
    expect(await get()).toMatchObject({ unchanged: false });
    const damaged = Buffer.from(content);
    damaged[0]! ^= 1;
    await writeFile(path(), damaged);
    expect(await get()).toMatchObject({ unchanged: false });
    await expectComplete();
  });

  it("keeps a finished file without any request when the caller's checksum fits", async () => {
    await writeFile(path(), content);
    expect(await get({ sha256 })).toMatchObject({ unchanged: true, verified: ["sha256"] });
    expect(server.requests).toHaveLength(0);
  });

  it("judges by length and date when no checksum is known", async () => {
    await start({ announce: "none" });
    await writeFile(path(), randomBytes(300_000));
    expect(await get()).toMatchObject({ unchanged: true, verified: ["length"] });
    await utimes(path(), new Date(), new Date("2019-01-01"));
    expect(await get()).toMatchObject({ unchanged: false });
    expect(await get({ overwrite: true })).toMatchObject({ unchanged: false });
    await expectComplete();
  });

  it("does not write what another running process writes, and takes over from a dead one", async () => {
    const lock = `${path()}.part.lock`;
    const { lock: held } = tryLockFile(lock);
    await expect(get()).rejects.toThrow(`is being downloaded by process ${process.pid}.`);
    await held?.[Symbol.asyncDispose]();
    const left = { ...currentOwner(), token: "ab12", since: "2026-01-01" };
    await writeFile(lock, JSON.stringify({ ...left, startTime: "another" }));
    await get();
    await rm(path());
    await writeFile(lock, JSON.stringify({ ...left, host: "another-machine" }));
    await expect(get({ lockWaitSeconds: 0.1 })).rejects.toThrow(`${process.pid} on another-machine.`);
    await expect(get()).rejects.toBeInstanceOf(DownloadLockedError);
    const silent = new Date(Date.now() - 300_000);
    await utimes(lock, silent, silent);
    await get();
    await expectComplete();
  });

  it("waits for another download of the same file when it may, and then finds it done", async () => {
    storage({ type: "slow", bytesPerSecond: 600_000 }, 1);
    const results = await Promise.all([get({ lockWaitSeconds: 20 }), get({ lockWaitSeconds: 20 })]);
    expect(results.map(({ unchanged }) => unchanged).sort()).toEqual([false, true]);
    await expectComplete();
  });

  it("names a directory that cannot be made", async () => {
    await writeFile(join(directory, "file"), "");
    await expect(client.downloadAll("c", { directory: join(directory, "file", "x") })).rejects.toBeInstanceOf(
      FileSystemError,
    );
  });

  it("keeps to the bandwidth, shared by several downloads", async () => {
    client = connect({ maxBytesPerSecond: 600_000 });
    toClose.push(client);
    const pay = vi.spyOn(Bandwidth.prototype, "pay");
    await Promise.all([get({ directory: join(directory, "a") }), get({ directory: join(directory, "b") })]);
    expect(pay.mock.calls.reduce((sum, [bytes]) => sum + bytes, 0)).toBe(2 * content.length);
    expect(new Set(pay.mock.contexts).size).toBe(1);
    pay.mockRestore();
  });

  it("leaves the part of an aborted download for the next run", async () => {
    storage({ type: "stall", afterBytes: 120_000 }, 1);
    const controller = new AbortController();
    const onEvent = (event: DownloadEvent) => {
      if (event.type === "download-progress" && event.receivedBytes === 120_000) controller.abort(new Error("enough"));
    };
    const aborted = get({ signal: controller.signal, progressIntervalSeconds: 0, onEvent });
    await expect(aborted).rejects.toThrow("enough");
    expect(await get()).toMatchObject({ resumedBytes: 120_000 });
    await expectComplete();
  });

  it("arrives whole through any sequence of passing faults, in as many runs as it takes", async () => {
    const effect = fc.oneof(
      fc.integer({ min: 0, max: 300_000 }).map((afterBytes) => ({ type: "cut", afterBytes }) as const),
      fc.integer({ min: 0, max: 299_999 }).map((atByte) => ({ type: "corrupt", atByte }) as const),
      fc.constantFrom(429, 500, 503).map((status) => ({ type: "status", status, retryAfter: "0" }) as const),
      fc.constantFrom({ type: "reset" } as const, { type: "retag" } as const, { type: "ignore-range" } as const),
      fc.integer({ min: 1, max: 99 }).map((extraBytes) => ({ type: "wrong-length", extraBytes }) as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(effect, { maxLength: 10 }), async (effects) => {
        await rm(directory, { recursive: true, force: true });
        server.faults.clear();
        for (const one of effects) storage(one, 1);
        for (let run = 0; run < effects.length + 1; run += 1) {
          const error: unknown = await get({ retry: { retries: 1, minDelaySeconds: 0.001 } }).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (error === undefined) break;
          expect(KaggleError.is(error)).toBe(true);
        }
        await expectComplete();
      }),
      { numRuns: 40 },
    );
  });
});
