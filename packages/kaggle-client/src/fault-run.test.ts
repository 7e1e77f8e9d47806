import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { KaggleClient } from "./client.js";
import { KaggleError } from "./errors.js";
import { type Fault, startKaggleServer, testCredentials } from "./testing/index.js";

/** Competitions, each with a trouble of its own that does not pass by itself, and the code it must end with. */
const TROUBLES: Record<string, { faults: readonly Omit<Fault, "path">[]; code: string | undefined }> = {
  healthy: { faults: [], code: undefined },
  cuts: { faults: [{ times: 9, effect: { type: "cut", afterBytes: 30_000 } }], code: undefined },
  slow: { faults: [{ effect: { type: "slow", bytesPerSecond: 400_000 } }], code: undefined },
  "cut-at-once": { faults: [{ effect: { type: "cut", afterBytes: 0 } }], code: "KAGGLE_NETWORK" },
  "storm-429": { faults: [{ effect: { type: "status", status: 429, retryAfter: "0" } }], code: "KAGGLE_RATE_LIMITED" },
  "storm-503": { faults: [{ effect: { type: "status", status: 503 } }], code: "KAGGLE_SERVER_ERROR" },
  stalled: { faults: [{ effect: { type: "stall", afterBytes: 0 } }], code: "KAGGLE_STALLED" },
  corrupt: { faults: [{ effect: { type: "corrupt", atByte: 77 } }], code: "KAGGLE_CHECKSUM_MISMATCH" },
  "wrong-length": { faults: [{ effect: { type: "wrong-length", extraBytes: 5 } }], code: "KAGGLE_UNEXPECTED_RESPONSE" },
  gone: { faults: [{ effect: { type: "status", status: 404 } }], code: "KAGGLE_NOT_FOUND" },
  "reset-connection": { faults: [{ effect: { type: "reset" } }], code: "KAGGLE_NETWORK" },
};

it("brings each competition or its own clear error, and a second run finishes the job", async () => {
  const directory = await mkdtemp(join(tmpdir(), "kaggle-faults-"));
  const contents = Object.fromEntries(Object.keys(TROUBLES).map((id) => [id, randomBytes(200_000)]));
  await using server = await startKaggleServer({
    competitions: Object.fromEntries(Object.entries(contents).map(([id, zip]) => [id, { zip }])),
    faults: Object.entries(TROUBLES).flatMap(([id, { faults }]) =>
      faults.map((fault) => ({ ...fault, on: "storage" as const, path: new RegExp(`/${id}/`) })),
    ),
  });
  await using client = new KaggleClient({
    credentials: testCredentials(),
    baseUrl: server.url,
    env: {},
    retry: { retries: 4, minDelaySeconds: 0.01, maxDelaySeconds: 0.05 },
  });
  const runAll = async () => {
    const codes = await Promise.all(
      Object.keys(TROUBLES).map((id) =>
        client.downloadAll(id, { directory, stallSeconds: 0.3 }).then(
          () => [id, undefined],
          (error: unknown) => [id, KaggleError.is(error) ? error.code : String(error)],
        ),
      ),
    );
    return Object.fromEntries(codes);
  };

  expect(await runAll()).toEqual(Object.fromEntries(Object.entries(TROUBLES).map(([id, { code }]) => [id, code])));
  const finished = (await readdir(directory)).filter((name) => name.endsWith(".zip"));
  expect(finished.sort()).toEqual(["cuts.zip", "healthy.zip", "slow.zip"]);

  server.faults.clear();
  expect(Object.values(await runAll()).filter((code) => code !== undefined)).toEqual([]);
  for (const [id, content] of Object.entries(contents)) {
    expect((await readFile(join(directory, `${id}.zip`))).equals(content)).toBe(true);
  }
  expect((await readdir(directory)).sort()).toEqual(
    Object.keys(TROUBLES)
      .map((id) => `${id}.zip`)
      .sort(),
  );
  await rm(directory, { recursive: true, force: true });
});
