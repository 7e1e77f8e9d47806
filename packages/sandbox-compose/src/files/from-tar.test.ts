import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutputLimitError } from "../errors.js";
import { copyFromTar } from "./from-tar.js";

type Entry = Parameters<ReturnType<typeof pack>["entry"]>[0] & { readonly content?: string };

/** What a hostile engine or container might send. */
function archive(...entries: Entry[]): Readable {
  const tar = pack();
  for (const { content = "", ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return Readable.from(tar);
}

const folder: Entry = { name: "code", type: "directory" };

describe("copyFromTar", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "from-tar-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  const copy = (tar: Readable, options = {}) => copyFromTar(tar, "/home/code", join(root, "out"), options);

  it("ends when aborted before it has read anything, and leaves nothing", async () => {
    const stop = new AbortController();
    const copying = copy(archive(folder), { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(copying).rejects.toThrow("enough");
    expect(await readdir(root)).toEqual([]);
  });

  it("stays inside its folder whatever the names say", async () => {
    const tar = archive(
      folder,
      { name: "code/../../escape", content: "x" },
      { name: "code/a/../b", content: "x" },
      { name: "code//double", content: "x" },
      { name: `code/${"n".repeat(300)}`, content: "x" },
      { name: "code/fine", content: "fine" },
    );
    const result = await copy(tar);
    expect(result).toMatchObject({ kind: "directory", files: 1 });
    expect(result.skipped.every(({ reason }) => reason === "name")).toBe(true);
    expect(result.skipped).toHaveLength(4);
    expect(await readdir(root)).toEqual(["out"]);
    expect(await readdir(join(root, "out"))).toEqual(["fine"]);
  });

  it("makes no link, device or pipe, and writes through none", async () => {
    const tar = archive(
      folder,
      { name: "code/way", type: "symlink", linkname: root },
      { name: "code/way/planted", content: "x" },
      { name: "code/device", type: "character-device", devmajor: 1, devminor: 3 },
      { name: "code/pipe", type: "fifo" },
      { name: "code/hard", type: "link", linkname: "/etc/passwd" },
      { name: "code/hard2", type: "link", linkname: "code/../../../etc/passwd" },
      { name: "code/real", content: "real", mode: 0o4777 },
      { name: "code/again", type: "link", linkname: "code/real" },
    );
    const result = await copy(tar);
    expect((await readdir(join(root, "out"))).sort()).toEqual(["again", "real", "way"]);
    expect((await stat(join(root, "out/way"))).isDirectory()).toBe(true);
    expect(await readFile(join(root, "out/again"), "utf8")).toBe("real");
    expect((await stat(join(root, "out/real"))).mode & 0o7000).toBe(0);
    expect(result.skipped.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "way link",
      "device special",
      "pipe special",
      "hard link",
      "hard2 link",
    ]);
    expect(await readdir(root)).toEqual(["out"]);
  });

  it("refuses by the claimed size before it writes", async () => {
    const tar = archive({ name: "code", content: "0123456789" });
    await expect(copy(tar, { maxBytes: 9 })).rejects.toThrow(OutputLimitError);
    expect(await readdir(root)).toEqual([]);
  });

  it("replaces a link at its destination instead of following it", async () => {
    await writeFile(join(root, "precious"), "precious");
    await symlink(join(root, "precious"), join(root, "out"));
    await copy(archive({ name: "code", content: "new" }));
    expect(await readFile(join(root, "precious"), "utf8")).toBe("precious");
    expect(await readFile(join(root, "out"), "utf8")).toBe("new");
  });

  it("leaves nothing of an archive that breaks off", async () => {
    const whole = await archive(folder, { name: "code/long", content: "x".repeat(5000) }).toArray();
    const bytes = Buffer.concat(whole as Buffer[]);
    await expect(copy(Readable.from([bytes.subarray(0, 3000)]))).rejects.toThrow();
    expect(await readdir(root)).toEqual([]);
  });

  it("stops when it is aborted", async () => {
    const controller = new AbortController();
    async function* endless(): AsyncIterable<Buffer> {
      yield Buffer.concat((await archive(folder, { name: "code/a", content: "a" }).toArray()) as Buffer[]).subarray(
        0,
        1536,
      );
      controller.abort(new Error("enough"));
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
    await expect(copy(Readable.from(endless()), { signal: controller.signal })).rejects.toThrow("enough");
    expect(await readdir(root)).toEqual([]);
  });
});
