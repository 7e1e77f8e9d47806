import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tarHeader } from "../test-support/tar-header.js";
import { extract } from "./extract.js";
import { listTar } from "./extract-tar.js";
import { runSevenZip } from "./seven-zip-command.js";
import { writeTar } from "./write-tar.js";
import { writeZip } from "./write-zip.js";

let root: string;
let target: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-extract-"));
  target = join(root, "target");
});
afterEach(() => rm(root, { recursive: true, force: true }));

function saved(name: string, content: Buffer): string {
  writeFileSync(join(root, name), content);
  return join(root, name);
}

it("takes zeros behind a gz for padding, few and many", async () => {
  const content = randomBytes(100_000);
  for (const zeros of [1, 511, 3_000_000]) {
    const archive = saved("a.bin.gz", Buffer.concat([gzipSync(content), Buffer.alloc(zeros)]));
    expect(await extract(archive, target)).toEqual({ files: 1, bytes: content.length });
    expect(md5(readFileSync(join(target, "a.bin")))).toBe(md5(content));
  }
  mkdirSync(join(root, "source"));
  writeFileSync(join(root, "source", "x"), "content");
  await writeTar(join(root, "a.tar"), join(root, "source"));
  const tar = saved("a.tar.gz", Buffer.concat([gzipSync(readFileSync(join(root, "a.tar"))), Buffer.alloc(3_000_000)]));
  expect(await extract(tar, target)).toEqual({ files: 1, bytes: 7 });
});

it("refuses names that are longer than file systems allow before anything is written", async () => {
  const entry = (name: string) => ({ name, content: "x" });
  for (const name of ["a".repeat(256), "é".repeat(128), `${"d/".repeat(2000)}x`]) {
    await writeZip(join(root, "a.zip"), [entry("first"), entry(name)]);
    await expect(extract(join(root, "a.zip"), target)).rejects.toMatchObject({
      reason: "unsafe-name",
      message: expect.stringContaining("longer than file systems allow"),
    });
    expect(existsSync(join(target, "first"))).toBe(false);
  }
  await writeZip(join(root, "b.zip"), [entry("é".repeat(127)), entry(`${"d/".repeat(100)}x`)]);
  expect(await extract(join(root, "b.zip"), target)).toMatchObject({ files: 2 });
});

it("refuses tar entries of kinds that it does not know, instead of leaving them out", async () => {
  for (const letter of ["S", "Q"]) {
    const header = tarHeader({ name: "sparse", letter });
    const archive = saved("a.tar", Buffer.concat([header, Buffer.alloc(1024)]));
    await expect(extract(archive, target)).rejects.toMatchObject({ reason: "unsupported", entry: "sparse" });
    await expect(listTar(archive)).rejects.toMatchObject({ reason: "unsupported" });
  }
});

it("tells that a 7z is encrypted also where its listing is", async () => {
  mkdirSync(join(root, "source"));
  writeFileSync(join(root, "source", "x"), "content");
  for (const hidden of ["off", "on"]) {
    const args = ["a", "-psecret", `-mhe=${hidden}`, `/archive/${hidden}.7z`, "*"];
    const made = await runSevenZip({
      args,
      archiveDirectory: root,
      filesDirectory: join(root, "source"),
      searchPath: "",
    });
    expect(made.ok, made.lines.join("\n")).toBe(true);
    await expect(extract(join(root, `${hidden}.7z`), target)).rejects.toThrow("encrypted");
  }
});

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}
