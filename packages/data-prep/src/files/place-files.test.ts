import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MissingSourceError, placeFile, placeFiles, placeTree } from "./place-files.js";
import { walkFiles } from "./walk-files.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mlebench-place-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content = name): string {
  const path = join(root, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

describe("placeFile", () => {
  it("gives the file a second name instead of a copy", async () => {
    const from = write("raw/a.png");
    const to = join(root, "public/deep/a.png");
    expect(await placeFile(from, to)).toBe("linked");
    expect(statSync(to).ino).toBe(statSync(from).ino);
  });

  it("replaces what is there without writing into it", async () => {
    const from = write("raw/a.png", "new");
    const other = write("raw/b.png", "old");
    const to = join(root, "public/a.png");
    await placeFile(other, to);
    await placeFile(from, to);
    expect([readFileSync(to, "utf8"), readFileSync(other, "utf8")]).toEqual(["new", "old"]);
  });

  it("follows a link to the file it means", async () => {
    const from = write("elsewhere/a.png", "content");
    symlinkSync(from, join(root, "link.png"));
    const to = join(root, "public/a.png");
    await placeFile(join(root, "link.png"), to);
    expect(statSync(to).ino).toBe(statSync(from).ino);
  });

  it("copies to another device", async () => {
    const shm = "/dev/shm";
    if (!existsSync(shm) || statSync(shm).dev === statSync(root).dev) {
      console.warn("skipped: /dev/shm is no other device than the temporary folder here");
      return;
    }
    const elsewhere = mkdtempSync(join(shm, "mlebench-place-"));
    try {
      const from = write("a.bin", "x".repeat(3 << 20));
      const small = write("b.bin");
      const result = await placeFiles([
        { from, to: join(elsewhere, "deep/a.bin") },
        { from: small, to: join(elsewhere, "b.bin") },
      ]);
      expect(result).toEqual({ linked: 0, copied: 2, copiedBytes: (3 << 20) + 5 });
      expect(readFileSync(join(elsewhere, "deep/a.bin")).equals(readFileSync(from))).toBe(true);
      expect(readFileSync(join(elsewhere, "b.bin"), "utf8")).toBe("b.bin");
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it("names a source that is missing, a folder or a broken link", async () => {
    symlinkSync(join(root, "nothing"), join(root, "broken"));
    for (const name of ["nothing", ".", "broken"]) {
      await expect(placeFile(join(root, name), join(root, "to"))).rejects.toThrow(MissingSourceError);
    }
  });
});

describe("placeFiles", () => {
  it("places ten thousand files, reporting how far it is", async () => {
    const placements = Array.from({ length: 10_000 }, (_, i) => ({
      from: write(`raw/${i}.txt`),
      to: join(root, "public", `${i % 10}`, `${i}.txt`),
    }));
    const seen: number[] = [];
    const result = await placeFiles(placements, { onProgress: (done) => seen.push(done) });
    expect(result).toEqual({ linked: 10_000, copied: 0, copiedBytes: 0 });
    expect(seen.at(-1)).toBe(10_000);
    expect(readdirSync(join(root, "public", "3"))).toHaveLength(1000);
  });

  it("stops when aborted", async () => {
    const from = write("a");
    const abort = new AbortController();
    const endless = function* () {
      for (let i = 0; ; i++) yield { from, to: join(root, "out", `${i % 100}`) };
    };
    const running = placeFiles(endless(), { signal: abort.signal });
    setTimeout(() => abort.abort(), 30);
    await expect(running).rejects.toThrow("abort");
  });
});

describe("placeTree", () => {
  it("places a folder with its empty folders and without what the filter leaves out", async () => {
    write("raw/a.txt");
    write("raw/deep/b.txt");
    write("raw/secret/answers.csv");
    mkdirSync(join(root, "raw/empty"));
    write("linked/c.txt");
    symlinkSync(join(root, "linked"), join(root, "raw/by-link"));
    const result = await placeTree(join(root, "raw"), join(root, "public"), {
      filter: (name) => !name.startsWith("secret"),
    });
    expect(result.linked).toBe(3);
    expect(Array.from(walkFiles(join(root, "public")), ({ name, kind }) => [name, kind])).toEqual([
      ["a.txt", "file"],
      ["by-link", "directory"],
      ["by-link/c.txt", "file"],
      ["deep", "directory"],
      ["deep/b.txt", "file"],
      ["empty", "directory"],
    ]);
  });

  it("names a folder that is missing", async () => {
    await expect(placeTree(join(root, "nothing"), join(root, "public"))).rejects.toThrow("nothing");
  });
});

describe("walkFiles", () => {
  it("orders names by code point, a folder before its content", () => {
    for (const name of ["b.txt", "B.txt", "a/z.txt", "a.txt", "\u{1f600}", "\uff5e"]) write(name);
    expect(Array.from(walkFiles(root), ({ name }) => name)).toEqual([
      "B.txt",
      "a",
      "a/z.txt",
      "a.txt",
      "b.txt",
      "\uff5e",
      "\u{1f600}",
    ]);
  });
});
