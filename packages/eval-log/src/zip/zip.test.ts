import { createWriteStream } from "node:fs";
import { copyFile, link, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import yazl from "yazl";
import { deflateMember } from "./deflate-member.js";
import { ZipAppender } from "./zip-appender.js";
import { encodeCentralDirectory, encodeLocalHeader, type ZipEntry } from "./zip-format.js";
import { ZipReader } from "./zip-reader.js";

const NOW = new Date("2026-11-23T23:07:23Z");

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "eval-log-zip-"));
  path = join(directory, "log.eval");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function contents(zip = path): Promise<Record<string, string>> {
  await using reader = await ZipReader.open(zip);
  const found: Record<string, string> = {};
  for (const name of reader.entries.keys()) found[name] = (await reader.read(name)).toString("utf8");
  return found;
}

async function append(zip: ZipAppender, texts: Readonly<Record<string, string>>, remove: string[] = []): Promise<void> {
  const members = await Promise.all(Object.entries(texts).map(([name, text]) => deflateMember(name, text, NOW)));
  await zip.append(members, { remove });
}

describe("ZipAppender", () => {
  const name = fc.stringMatching(/^[a-zA-Zäß漢/ .-]{1,12}$/);
  const step = fc.record({
    add: fc.dictionary(name, fc.string({ unit: "binary", maxLength: 2000 }), { maxKeys: 4 }),
    remove: fc.array(name, { maxLength: 2 }),
    reopen: fc.boolean(),
  });

  it("holds what was appended last under each name, whatever the order of appends, removals and reopenings", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await rm(path, { force: true });
        let zip = await ZipAppender.create(path);
        const expected = new Map<string, string>();
        try {
          for (const { add, remove, reopen } of steps) {
            await append(zip, add, remove);
            for (const removed of remove) expected.delete(removed);
            for (const [key, text] of Object.entries(add)) expected.set(key, text);
            expect(await contents()).toEqual(Object.fromEntries(expected));
            if (reopen) {
              await zip.close();
              await using reader = await ZipReader.open(path);
              zip = await ZipAppender.adopt(path, reader.entries.values(), reader.directoryOffset);
            }
          }
        } finally {
          await zip.close();
        }
        expect(await readdir(directory)).toEqual(["log.eval"]);
      }),
      { numRuns: 60 },
    );
  });

  it("writes what an append adds and not the whole log again", async () => {
    const zip = await ZipAppender.create(path);
    const noise = (seed: number): string =>
      Array.from({ length: 20_000 }, (_, index) => crc32(`${seed} ${index}`).toString(36)).join("");
    for (let index = 0; index < 12; index += 1) await append(zip, { [`m${index}`]: noise(index) });
    const before = await stat(path);
    const io = async (): Promise<number> =>
      Number(/^wchar: (\d+)/m.exec(await readFile("/proc/self/io", "utf8").catch(() => "wchar: 0"))?.[1]);
    const start = await io();
    await append(zip, { last: noise(99) });
    const written = (await io()) - start;
    await zip.close();
    expect(before.size).toBeGreaterThan(1_000_000);
    expect(written).toBeLessThan(before.size / 3);
  });

  it("goes on after a kill between its steps, without writing into the log itself", async () => {
    const zip = await ZipAppender.create(path);
    await append(zip, { a: "1" });
    await append(zip, { b: "2" });
    await zip.close();
    // The state after a kill between link and rename: the hidden names are the log itself.
    await link(path, join(directory, ".log.eval.link"));
    await link(path, join(directory, ".log.eval.spare"));
    const before = await readFile(path);
    await copyFile(path, join(directory, "copy"));
    await using reader = await ZipReader.open(path);
    const resumed = await ZipAppender.adopt(path, reader.entries.values(), reader.directoryOffset);
    await append(resumed, { c: "3" });
    await resumed.close();
    expect(await contents()).toEqual({ a: "1", b: "2", c: "3" });
    expect(await readFile(join(directory, "copy"))).toEqual(before);
    expect((await readdir(directory)).sort()).toEqual(["copy", "log.eval"]);
  });

  it("keeps the log when the path is taken away or replaced meanwhile", async () => {
    const zip = await ZipAppender.create(path);
    await append(zip, { a: "1" });
    await rm(path);
    await append(zip, { b: "2" });
    expect(await contents()).toEqual({ a: "1", b: "2" });
    await rm(path);
    await writeFile(path, "something else");
    await append(zip, { c: "3" });
    await append(zip, { d: "4" });
    expect(await contents()).toEqual({ a: "1", b: "2", c: "3", d: "4" });
    await zip.close();
  });
});

describe("ZIP64", () => {
  it("finds a member behind the first four gigabytes", async () => {
    const offset = 5 * 2 ** 30;
    const content = Buffer.from("far away");
    const compressed = deflateRawSync(content);
    const entry: ZipEntry = {
      name: "far.json",
      method: 8,
      flags: 0,
      crc32: crc32(content),
      compressedSize: compressed.length,
      size: content.length,
      offset,
      modified: 0,
    };
    const header = encodeLocalHeader(entry);
    const end = offset + header.length + compressed.length;
    const handle = await open(path, "w");
    await handle.write(Buffer.concat([header, compressed, encodeCentralDirectory([entry], end)]), 0, undefined, offset);
    await handle.close();
    expect(await contents()).toEqual({ "far.json": "far away" });
  });

  it("holds more than 65,535 members", async () => {
    const zip = await ZipAppender.create(path);
    const empty = await deflateMember("x", "{}", NOW);
    const members = Array.from({ length: 66_000 }, (_, index) => ({
      ...empty,
      entry: { ...empty.entry, name: `samples/${index}_epoch_1.json` },
    }));
    await zip.append(members);
    await zip.close();
    await using reader = await ZipReader.open(path);
    expect(reader.entries.size).toBe(66_000);
    expect((await reader.read("samples/65999_epoch_1.json")).toString()).toBe("{}");
  });
});

describe("ZipReader", () => {
  it("reads zips of other writers, stored and deflated, and takes the last of a name", async () => {
    const zip = new yazl.ZipFile();
    zip.addBuffer(Buffer.from("stored"), "stored", { compress: false });
    zip.addBuffer(Buffer.from("deflated ".repeat(50)), "deflated");
    zip.addBuffer(Buffer.from("old"), "twice");
    zip.addBuffer(Buffer.from("new"), "twice");
    // Its sizes are not known beforehand and stand behind the bytes.
    zip.addReadStream(Readable.from([Buffer.from("stre"), Buffer.from("amed")]), "streamed");
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(path));
    expect(await contents()).toEqual({
      stored: "stored",
      deflated: "deflated ".repeat(50),
      twice: "new",
      streamed: "streamed",
    });
  });

  it("does not take a comment that looks like an end record for one", async () => {
    const zip = await ZipAppender.create(path);
    await append(zip, { a: "1" });
    await zip.close();
    const comment = Buffer.alloc(22);
    comment.writeUInt32LE(0x06054b50, 0);
    comment.writeUInt16LE(0xffff, 20);
    const whole = await readFile(path);
    whole.writeUInt16LE(comment.length, whole.length - 2);
    await writeFile(path, Buffer.concat([whole, comment]));
    expect(await contents()).toEqual({ a: "1" });
  });

  it("says of every shortened or damaged file what is wrong with it, and never hangs or crashes", async () => {
    const zip = await ZipAppender.create(path);
    await append(zip, { "header.json": '{"a":1}', "samples/a_epoch_1.json": "x".repeat(3000) });
    await zip.close();
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const damaged = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) damaged[at] = byte;
        await writeFile(path, damaged);
        try {
          await contents();
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^EVAL_LOG_(TRUNCATED|CORRUPT|UNSUPPORTED|NOT_A_LOG)$/),
          });
        }
      }),
      { numRuns: 300 },
    );
    await writeFile(path, whole);
    await truncate(path, whole.length - 10);
    await expect(ZipReader.open(path)).rejects.toMatchObject({ code: "EVAL_LOG_TRUNCATED" });
    await writeFile(path, "no zip at all");
    await expect(ZipReader.open(path)).rejects.toMatchObject({ code: "EVAL_LOG_NOT_A_LOG" });
    await expect(ZipReader.open(join(directory, "missing.eval"))).rejects.toMatchObject({ code: "EVAL_LOG_NOT_FOUND" });
  });
});
