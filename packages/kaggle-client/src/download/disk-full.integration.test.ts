import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KaggleClient } from "../client.js";
import { DiskFullError } from "../errors.js";
import { startKaggleServer, testCredentials } from "../testing/index.js";
import { startLoopback } from "../testing/loopback.js";
import { requireSpace, writeError } from "./disk-space.js";
import { downloadUrl } from "./download-url.js";

const MIB = 1024 * 1024;
const mountPoint = await mkdtemp(join(tmpdir(), "kaggle-small-disk-"));
const mounted = mountSmallDisk();
if (!mounted) console.warn("skipped: a small tmpfs cannot be mounted here (root and mount are needed)");

beforeAll(() => {
  if (!mounted && process.env["MLEBENCH_REQUIRE_TMPFS"] === "1") throw new Error("a small tmpfs cannot be mounted");
});
afterAll(async () => {
  if (mounted) execFileSync("umount", [mountPoint]);
  await rm(mountPoint, { recursive: true, force: true });
});

function mountSmallDisk(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", mountPoint], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("a full disk", () => {
  it("is told from other write errors by the system's code", () => {
    const failure = (code: string) => Object.assign(new Error(code), { code, syscall: "write" });
    expect(writeError("/d/f", "/d", failure("ENOSPC"))).toBeInstanceOf(DiskFullError);
    expect(writeError("/d/f", "/d", failure("EDQUOT"))).toBeInstanceOf(DiskFullError);
    expect(writeError("/d/f", "/d", failure("EACCES"))).toMatchObject({ code: "KAGGLE_FILE_SYSTEM" });
    const other = new TypeError("a bug");
    expect(writeError("/d/f", "/d", other)).toBe(other);
  });

  it("is seen before the download when the size is known", async () => {
    await expect(requireSpace(tmpdir(), Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({
      code: "KAGGLE_DISK_FULL",
      neededBytes: Number.MAX_SAFE_INTEGER,
    });
  });

  it.runIf(mounted)(
    "stops a download before its first byte, and a second run finishes when there is room",
    async () => {
      const content = randomBytes(MIB + MIB / 2);
      await using server = await startKaggleServer({ competitions: { c: { zip: content } } });
      await using client = new KaggleClient({ credentials: testCredentials(), baseUrl: server.url, env: {} });
      const ballast = join(mountPoint, "ballast");
      await writeFile(ballast, Buffer.alloc(MIB));
      const error: unknown = await client
        .downloadAll("c", { directory: mountPoint })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DiskFullError);
      expect(error).toMatchObject({ neededBytes: content.length, directory: mountPoint });
      await rm(ballast);
      const { path } = await client.downloadAll("c", { directory: mountPoint });
      expect((await readFile(path)).equals(content)).toBe(true);
      await rm(path);
    },
  );

  it.runIf(mounted)("leaves nothing behind that was only begun", async () => {
    const ballast = join(mountPoint, "ballast");
    const path = join(mountPoint, "file.bin");
    const server = await startLoopback(async (_request, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" }).end("content");
    });
    // The smaller one leaves room for the lock alone.
    for (const bytes of [2 * MIB, 2 * MIB - 4096]) {
      await writeFile(ballast, Buffer.alloc(bytes));
      await expect(downloadUrl(`${server.url}/file.bin`, { path, env: {} })).rejects.toBeInstanceOf(DiskFullError);
      expect(await readdir(mountPoint)).toEqual(["ballast"]);
      await rm(ballast);
    }
    await server.close();
  });

  it.runIf(mounted)("is named while writing, keeps what there is, and a second run goes on", async () => {
    const content = randomBytes(MIB + MIB / 2);
    const ballast = join(mountPoint, "ballast");
    await writeFile(ballast, Buffer.alloc(MIB));
    // Without a length nothing can be foreseen.
    const server = await startLoopback(async (request, response) => {
      const [, from = "0"] = /bytes=(\d+)-/.exec(request.headers.range ?? "") ?? [];
      const start = Number(from);
      response.setHeader("etag", '"one"');
      if (start > 0) response.setHeader("content-range", `bytes ${start}-${content.length - 1}/${content.length}`);
      response.writeHead(start > 0 ? 206 : 200, { "transfer-encoding": "chunked" }).end(content.subarray(start));
    });
    const path = join(mountPoint, "file.bin");
    await expect(downloadUrl(`${server.url}/file.bin`, { path, env: {} })).rejects.toMatchObject({
      code: "KAGGLE_DISK_FULL",
      directory: mountPoint,
    });
    const kept = (await stat(`${path}.part`)).size;
    expect(kept).toBeGreaterThan(MIB / 2);
    await rm(ballast);
    const result = await downloadUrl(`${server.url}/file.bin`, { path, env: {} });
    expect(result.resumedBytes).toBe(kept);
    expect((await readFile(path)).equals(content)).toBe(true);
    await server.close();
  });
});
