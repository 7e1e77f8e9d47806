import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listFiles } from "./list-files.js";
import { packFiles } from "./send-tar.js";

describe("the files of a folder", () => {
  let directory: string;
  let folder: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "list-files-"));
    folder = join(directory, "public");
    await mkdir(join(folder, "images"), { recursive: true });
    await mkdir(join(directory, "private"));
    await writeFile(join(directory, "private/answers.csv"), "1");
    await writeFile(join(folder, "images/b.png"), "pixels");
    await writeFile(join(folder, "a.csv"), "");
  });

  afterEach(() => rm(directory, { recursive: true }));

  const names = async () => (await listFiles(folder)).map(({ name, kind, bytes }) => `${kind} ${name} ${bytes}`);

  it("come by name, with their folders", async () => {
    expect(await names()).toEqual(["file a.csv 0", "directory images 0", "file images/b.png 6"]);
  });

  it("are followed through links that stay inside, but never in a circle", async () => {
    await symlink("images/b.png", join(folder, "c.png"));
    await symlink("..", join(folder, "images/up"));
    expect(await names()).toEqual(["file a.csv 0", "file c.png 6", "directory images 0", "file images/b.png 6"]);
  });

  it.each(["../private/answers.csv", "../private", ".."])("are refused with a link to %s", async (outside) => {
    await symlink(outside, join(folder, "images-too"));
    await expect(listFiles(folder)).rejects.toThrow("images-too is a link that leads out");
  });

  it("are one archive that root owns and anybody reads, with the digest of each", async () => {
    const digests: string[] = [];
    const archive = packFiles(await listFiles(folder), ({ name }, sha256) => {
      digests.push(`${name} ${sha256.slice(0, 8)}`);
    });
    const entries: string[] = [];
    const reader = extract();
    reader.on("entry", ({ name, mode, uid, size }, stream, next) => {
      entries.push(`${name} ${mode?.toString(8)} ${uid} ${size}`);
      stream.resume();
      stream.on("end", next);
    });
    await pipeline(archive, reader);
    expect(entries).toEqual(["a.csv 644 0 0", "images 755 0 0", "images/b.png 644 0 6"]);
    expect(digests).toEqual(["a.csv e3b0c442", "images/b.png 6ec9c2b0"]);
  });

  it("fail their archive when one of them gets shorter meanwhile", async () => {
    const files = await listFiles(folder);
    await writeFile(join(folder, "images/b.png"), "p");
    await expect(
      pipeline(packFiles(files), new Writable({ write: (_chunk, _encoding, done) => done() })),
    ).rejects.toThrow();
  });
});
