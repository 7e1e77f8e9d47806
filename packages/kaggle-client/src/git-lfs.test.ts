import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotFoundError } from "./errors.js";
import { fetchLfsObject, parseLfsPointer } from "./git-lfs.js";
import { type RepositoryServer, startRepositoryServer } from "./testing/index.js";

const content = "teamId,score\n".repeat(5000);
const oid = createHash("sha256").update(content).digest("hex");
const size = content.length;
const retry = { minDelaySeconds: 0.01 };

let server: RepositoryServer;
let directory: string;

beforeEach(async () => {
  server = await startRepositoryServer({ lfs: [content] });
  directory = await mkdtemp(join(tmpdir(), "lfs-"));
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

const fetchTo = (options: object = {}) =>
  fetchLfsObject({
    repositoryUrl: `${server.url}/owner/name`,
    oid,
    size,
    path: join(directory, "x.csv"),
    env: {},
    retry,
    ...options,
  });

describe("fetchLfsObject", () => {
  it("asks the batch protocol, follows its address with its header, and verifies", async () => {
    const result = await fetchTo();
    expect(result.verified).toEqual(["length", "sha256"]);
    expect(await readFile(result.path, "utf8")).toBe(content);
    expect(server.requests).toEqual(["owner/name.git/info/lfs/objects/batch", `lfs-store/${oid}`]);
  });

  it("survives cuts, damage and failing answers", async () => {
    server.faults.add({ path: /batch/, times: 1, effect: { type: "status", status: 503 } });
    server.faults.add({ path: /store/, times: 2, effect: { type: "cut", afterBytes: 9000 } });
    server.faults.add({ path: /store/, times: 1, effect: { type: "corrupt", atByte: 30_000 } });
    expect(await readFile((await fetchTo()).path, "utf8")).toBe(content);
    expect(server.faults.pending).toBe(0);
  });

  it("says that the repository does not have an object", async () => {
    await expect(fetchTo({ oid: "0".repeat(64) })).rejects.toBeInstanceOf(NotFoundError);
  });

  it("refuses content that stays wrong", async () => {
    server.faults.add({ path: /store/, effect: { type: "corrupt", atByte: 1 } });
    await expect(fetchTo()).rejects.toMatchObject({ code: "KAGGLE_CHECKSUM_MISMATCH", mismatch: "sha256" });
  });
});

describe("parseLfsPointer", () => {
  it("reads a pointer and nothing else", () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
    expect(parseLfsPointer(pointer)).toEqual({ oid, size });
    expect(parseLfsPointer(content)).toBeUndefined();
    expect(parseLfsPointer("version https://git-lfs.github.com/spec/v1\nsize 3\n")).toBeUndefined();
  });
});
