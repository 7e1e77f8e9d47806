import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deflateMember } from "./deflate-member.js";
import { ZipAppender } from "./zip-appender.js";
import { encodeCentralDirectory, encodeLocalHeader, type ZipEntry } from "./zip-format.js";

const python = spawnSync("python3", ["--version"]);
if (python.status !== 0) console.warn("skipped: python3 is missing");

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-python-zip-"));
  path = join(directory, "log.eval");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function readByPython(expression: string): unknown {
  const script = `import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(json.dumps(${expression}))`;
  return JSON.parse(execFileSync("python3", ["-c", script, path], { encoding: "utf8" }));
}

describe.runIf(python.status === 0)("Python's zipfile", () => {
  it("reads our zips without complaint", async () => {
    const zip = await ZipAppender.create(path);
    const now = new Date("2026-11-23T23:07:23Z");
    const texts = { "a.json": "one", "samples/ü_epoch_1.json": "x".repeat(100_000) };
    await zip.append(await Promise.all(Object.entries(texts).map(([name, text]) => deflateMember(name, text, now))));
    await zip.append([await deflateMember("a.json", "two", now)]);
    await zip.close();
    expect(readByPython("[z.testzip(), sorted(z.namelist()), z.read('a.json').decode()]")).toEqual([
      null,
      ["a.json", "samples/ü_epoch_1.json"],
      "two",
    ]);
  });

  it("finds a member behind the first four gigabytes", async () => {
    const offset = 5 * 2 ** 30;
    const content = Buffer.from("far away");
    const sizes = { crc32: crc32(content), compressedSize: content.length, size: content.length };
    const entry: ZipEntry = { name: "far.json", method: 0, flags: 0, ...sizes, offset, modified: 0 };
    const header = encodeLocalHeader(entry);
    const end = offset + header.length + content.length;
    const handle = await open(path, "w");
    await handle.write(Buffer.concat([header, content, encodeCentralDirectory([entry], end)]), 0, undefined, offset);
    await handle.close();
    expect(readByPython("z.read('far.json').decode()")).toBe("far away");
  });
});
