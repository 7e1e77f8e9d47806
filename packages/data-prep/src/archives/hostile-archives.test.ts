import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constants, crc32, createDeflateRaw, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tarHeader } from "../test-support/tar-header.js";
import { extract } from "./extract.js";

let root: string;
let target: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hostile-archives-"));
  target = join(root, "target");
  mkdirSync(target);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function saved(name: string, ...parts: Buffer[]): string {
  const path = join(root, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** A zip of one entry, whatever it announces. */
function zipOf(packed: Buffer, announced: { readonly bytes: bigint; readonly crc: number }): Buffer {
  const name = Buffer.from("a.bin");
  const wide = Buffer.alloc(28);
  wide.writeUInt16LE(1, 0);
  wide.writeUInt16LE(24, 2);
  wide.writeBigUInt64LE(announced.bytes, 4);
  wide.writeBigUInt64LE(BigInt(packed.length), 12);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(45, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(announced.crc, 10);
  common.writeUInt32LE(0xffffffff, 14);
  common.writeUInt32LE(0xffffffff, 18);
  common.writeUInt16LE(name.length, 22);
  common.writeUInt16LE(wide.length, 24);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, wide]);
  const record = Buffer.alloc(46);
  record.write("PK\x01\x02", 0, "latin1");
  common.copy(record, 6);
  const table = Buffer.concat([record, name, wide]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(local.length + packed.length, 16);
  return Buffer.concat([local, packed, table, end]);
}

/** At most 65,535, as the end record without zip64 takes. */
function zipOfEmptyNames(names: readonly string[]): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const text of names) {
    const name = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(name.length, 22);
    const record = Buffer.alloc(46);
    record.write("PK\x01\x02", 0, "latin1");
    common.copy(record, 6);
    record.writeUInt32LE(offset, 42);
    locals.push(Buffer.from("PK\x03\x04"), common, name);
    records.push(record, name);
    offset += 4 + common.length + name.length;
  }
  const table = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, table, end]);
}

/** So many zeros, packed, and their checksum. */
async function packedZeros(bytes: number): Promise<{ packed: Buffer; crc: number }> {
  const piece = Buffer.alloc(1 << 20);
  const deflate = createDeflateRaw({ level: constants.Z_BEST_COMPRESSION });
  const chunks: Buffer[] = [];
  deflate.on("data", (chunk: Buffer) => chunks.push(chunk));
  let crc = 0;
  for (let done = 0; done < bytes; done += piece.length) {
    crc = crc32(piece, crc);
    if (!deflate.write(piece)) await new Promise((resolve) => deflate.once("drain", resolve));
  }
  deflate.end();
  await new Promise((resolve) => deflate.once("end", resolve));
  return { packed: Buffer.concat(chunks), crc };
}

describe("a hostile archive", () => {
  it("of 120,000 empty names, in two zips, is unpacked, as real competitions have as many", {
    timeout: 600_000,
  }, async () => {
    const path = saved("many.zip", zipOfEmptyNames(Array.from({ length: 65_535 }, (_, index) => `d/${index}`)));
    const more = saved("more.zip", zipOfEmptyNames(Array.from({ length: 54_465 }, (_, index) => `e/${index}`)));
    const start = process.cpuUsage();
    expect(await extract(path, target)).toEqual({ files: 65_535, bytes: 0 });
    expect(await extract(more, target)).toEqual({ files: 54_465, bytes: 0 });
    const { user, system } = process.cpuUsage(start);
    // Some 0.1 ms each, also on a machine that is busy; not 1 ms.
    expect((user + system) / 1e6).toBeLessThan(60);
    rmSync(target, { recursive: true });
  });

  it("of 1.1 GB of zeros in 1.1 MB as a zip is refused by its ratio, before anything is written", async () => {
    const bytes = 1100 * (1 << 20);
    const { packed, crc } = await packedZeros(bytes);
    const path = saved("bomb.zip", zipOf(packed, { bytes: BigInt(bytes), crc }));
    await expect(extract(path, target)).rejects.toThrow(/1\.\d+ MB unpack to 1\.\d+ GB or more, above maxRatio = 250/);
    expect(readdirSync(target)).toEqual([]);
  });

  it("that announces more than the disk has is refused with both numbers, before anything is written", async () => {
    const path = saved("huge.zip", zipOf(Buffer.alloc(0), { bytes: 10n ** 17n, crc: 0 }));
    await expect(extract(path, target, { maxBytes: 1e18, maxRatio: 1e18 })).rejects.toMatchObject({
      reason: "room",
      message: expect.stringMatching(/takes 100000 TB or more in .*, and .* may be used/),
    });
    await expect(extract(path, target)).rejects.toThrow(/more than maxBytes = 2000000000000/);
    expect(readdirSync(target)).toEqual([]);
  });

  it("that announces few bytes and holds many is refused at the first too many", async () => {
    const { packed, crc } = await packedZeros(64 << 20);
    for (const bytes of [10n, 5n << 20n]) {
      const path = saved("liar.zip", zipOf(packed, { bytes, crc }));
      await expect(extract(path, target)).rejects.toThrow(/does not unpack to the \d+ bytes it announces/);
      expect(readdirSync(target)).toEqual([]);
    }
  });

  it.each(["gz", "tar.gz"])("of zeros as %s is refused by its ratio while it streams", async (kind) => {
    const header = kind === "gz" ? Buffer.alloc(0) : tarHeader({ name: "zeros", bytes: 1 << 30 });
    const { packed } = await packedZeros(128 << 20);
    expect(packed.length).toBeLessThan(200_000);
    const piece = gzipSync(Buffer.alloc(128 << 20));
    const path = saved(`bomb.${kind}`, gzipSync(header), ...Array<Buffer>(8).fill(piece));
    await expect(extract(path, target)).rejects.toThrow(/unpack to .* or more, above maxRatio = 250/);
    expect(readdirSync(target)).toEqual([]);
  });

  it("in tar that announces 10^15 bytes is refused with its limit", async () => {
    // Base 256, as GNU writes sizes that do not fit.
    const header = tarHeader({ name: "huge" });
    const size = Buffer.alloc(12);
    size[0] = 0x80;
    size.writeBigUInt64BE(10n ** 15n, 4);
    size.copy(header, 124);
    header.fill(" ", 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
      "latin1",
    );
    const path = saved("huge.tar", header, Buffer.alloc(4096));
    await expect(extract(path, target)).rejects.toThrow(/more than maxBytes = 2000000000000/);
    await expect(extract(path, target, { maxBytes: 1e18, maxRatio: 1e18 })).rejects.toThrow(/may be used/);
    expect(readdirSync(target)).toEqual([]);
  });

  it.each([
    ["a path that leads out", "path", "../../out"],
    ["an absolute path", "path", "/tmp/out"],
    ["a size that is a lie", "size", "99999999999999"],
    ["a name of a megabyte", "path", "x".repeat(1 << 20)],
  ])("in tar whose pax header gives %s is refused", async (_what, key, value) => {
    const content = (length: number): string => `${length} ${key}=${value}\n`;
    let length = content(0).length;
    while (content(length).length !== length) length = content(length).length;
    const body = Buffer.from(content(length));
    const pad = (bytes: number): Buffer => Buffer.alloc((512 - (bytes % 512)) % 512);
    const pax = [tarHeader({ name: "pax", letter: "x", bytes: body.length }), body, pad(body.length)];
    const path = saved(
      "pax.tar",
      ...pax,
      tarHeader({ name: "honest", bytes: 5 }),
      Buffer.alloc(512, "hello"),
      Buffer.alloc(1024),
    );
    await expect(extract(path, target)).rejects.toMatchObject({ code: expect.stringMatching(/^DATA_PREP_ARCHIVE_/) });
    expect(readdirSync(root).sort()).toEqual(["pax.tar", "target"]);
  });

  it("of nothing but holes writes nothing", async () => {
    const path = saved("holes.tar");
    truncateSync(path, 200_000_000);
    expect(await extract(path, target)).toEqual({ files: 0, bytes: 0 });
    expect(readdirSync(target)).toEqual([]);
  });
});
