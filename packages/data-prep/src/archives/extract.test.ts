import { createHash, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { walkFiles } from "../files/walk-files.js";
import { tarHeader } from "../test-support/tar-header.js";
import { ArchiveError, type ArchiveErrorReason } from "./archive-error.js";
import { type ExtractOptions, extract } from "./extract.js";
import { listTar } from "./extract-tar.js";
import { extractSevenZip, writeSevenZip } from "./seven-zip.js";
import { writeTar } from "./write-tar.js";
import { writeZip } from "./write-zip.js";

let root: string;
let target: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mlebench-extract-"));
  target = join(root, "inside", "target");
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface CraftedEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** Unix mode with its type bits. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Lies. */
  readonly crc?: number;
  readonly size?: number;
  readonly offset?: number;
}

/** A zip made byte by byte, so that it can be wrong in any way. */
function craftZip(entries: readonly CraftedEntry[]): Buffer {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? "");
    const packed = deflateRawSync(content);
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    common.writeUInt16LE(entry.method ?? 8, 4);
    common.writeUInt32LE(entry.crc ?? crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
    const record = Buffer.alloc(46);
    record.write("PK\x01\x02", 0, "latin1");
    record.writeUInt16LE(0x0314, 4);
    common.copy(record, 6, 0, 26);
    record.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    record.writeUInt32LE(entry.offset ?? offset, 42);
    records.push(record, name);
    parts.push(local);
    offset += local.length;
  }
  const table = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, table, end]);
}

interface CraftedTarEntry {
  readonly name: string;
  readonly content?: string;
  readonly letter?: string;
  readonly mark?: string;
  readonly linkname?: string;
}

function craftTar(entries: readonly CraftedTarEntry[]): Buffer {
  const blocks = entries.flatMap(({ content = "", ...entry }) => {
    const body = Buffer.from(content);
    const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
    return [tarHeader({ ...entry, bytes: body.length }), body, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function saved(name: string, bytes: Buffer): string {
  const path = join(root, name);
  writeFileSync(path, bytes);
  return path;
}

async function refusal(archive: string, options?: ExtractOptions): Promise<ArchiveErrorReason> {
  const error: unknown = await extract(archive, target, options).then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof ArchiveError)) throw new Error(`not refused as an archive: ${String(error)}`);
  expect(error.message).toContain(archive);
  expect(error.hint).not.toBe("");
  return error.reason;
}

/** Everything below a folder, with its text. */
function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(walkFiles(directory), ({ name, path, kind }) => [
      name,
      kind === "file" ? readFileSync(path, "latin1") : kind,
    ]),
  );
}

/** Nothing lies beside the target but the archives the test itself made. */
function expectNothingOutside(archiveName: string): void {
  const outside = Object.keys(contents(root)).filter((name) => !name.startsWith("inside/target"));
  expect(outside).toEqual(existsSync(join(root, "inside")) ? [archiveName, "inside"].sort() : [archiveName]);
}

describe("zip", () => {
  it("unpacks files, folders and empty files with their names and bytes", async () => {
    const big = randomBytes(9 << 20);
    const archive = join(root, "a.zip");
    await writeZip(archive, [
      { name: "train/ä.txt", content: "grün" },
      { name: "train/big.bin", content: big },
      { name: "empty.txt", content: "" },
      { name: "folder/", directory: true },
    ]);
    const progress: number[] = [];
    const result = await extract(archive, target, { onProgress: ({ bytes }) => progress.push(bytes) });
    expect(result).toEqual({ files: 3, bytes: 5 + big.length });
    expect(contents(target)).toEqual({
      "empty.txt": "",
      folder: "directory",
      train: "directory",
      "train/ä.txt": Buffer.from("grün").toString("latin1"),
      "train/big.bin": big.toString("latin1"),
    });
    expect(progress.at(-1)).toBe(5 + big.length);
  });

  it("unpacks thousands of tiny files", async () => {
    const archive = join(root, "a.zip");
    const names = Array.from({ length: 3000 }, (_, i) => `train/${i % 7}/${i}.txt`);
    await writeZip(
      archive,
      names.map((name) => ({ name, content: name })),
    );
    expect((await extract(archive, target)).files).toBe(3000);
    for (const name of names) expect(readFileSync(join(target, name), "utf8")).toBe(name);
  });

  it("reads zip64 sizes, offsets and counts", async () => {
    const archive = join(root, "a.zip");
    const { ZipFile } = await import("yazl");
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from("hello"), "a.txt", { forceZip64Format: true });
    zip.addBuffer(Buffer.from("world"), "b.txt", { forceZip64Format: true });
    zip.end({ forceZip64Format: true, comment: "" });
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream as AsyncIterable<Buffer>) chunks.push(chunk);
    writeFileSync(archive, Buffer.concat(chunks));
    await extract(archive, target);
    expect(contents(target)).toEqual({ "a.txt": "hello", "b.txt": "world" });
  });

  it("reads an archive with bytes before and a comment after it, and keeps a backslash in a name", async () => {
    const zip = craftZip([{ name: "a\\b.txt", content: "x" }]);
    zip.writeUInt16LE(4, zip.length - 2);
    const archive = saved("a.zip", Buffer.concat([Buffer.from("PK self-extractor"), zip, Buffer.from("note")]));
    await extract(archive, target);
    expect(contents(target)).toEqual({ "a\\b.txt": "x" });
  });

  it("puts entries where select says and leaves out what it does not want", async () => {
    const archive = saved(
      "a.zip",
      craftZip([
        { name: "train/1.png", content: "1" },
        { name: "__MACOSX/1.png", content: "?" },
      ]),
    );
    await extract(archive, target, {
      select: (name) => (name.startsWith("train/") ? name.replace("train/", "images/") : null),
    });
    expect(contents(target)).toEqual({ images: "directory", "images/1.png": "1" });
  });

  it("goes on after an interruption without touching complete files", async () => {
    const archive = saved(
      "a.zip",
      craftZip([
        { name: "a.txt", content: "aaaa" },
        { name: "b.txt", content: "bbbb" },
      ]),
    );
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "a.txt"), "kept");
    writeFileSync(join(target, "b.txt"), "bb");
    expect(await extract(archive, target, { resume: true })).toEqual({ files: 1, bytes: 4 });
    expect(contents(target)).toEqual({ "a.txt": "kept", "b.txt": "bbbb" });
  });

  it("never writes into another name of a file or through a link", async () => {
    const archive = saved(
      "a.zip",
      craftZip([
        { name: "a.txt", content: "new" },
        { name: "b.txt", content: "new" },
      ]),
    );
    mkdirSync(target, { recursive: true });
    writeFileSync(join(root, "linked"), "old");
    linkSync(join(root, "linked"), join(target, "a.txt"));
    symlinkSync(join(root, "linked"), join(target, "b.txt"));
    await extract(archive, target);
    expect(readFileSync(join(root, "linked"), "utf8")).toBe("old");
    expect(contents(target)).toEqual({ "a.txt": "new", "b.txt": "new" });
  });

  it("stops when aborted", async () => {
    const archive = saved("a.zip", craftZip([{ name: "a.txt", content: "a" }]));
    await expect(extract(archive, target, { signal: AbortSignal.abort() })).rejects.toThrow("abort");
  });

  it.each<[string, CraftedEntry[], ArchiveErrorReason]>([
    ["a name with .. in it", [{ name: "ok.txt" }, { name: "../out.txt", content: "x" }], "unsafe-name"],
    ["a name with .. in the middle", [{ name: "a/../../../out.txt", content: "x" }], "unsafe-name"],
    ["an absolute name", [{ name: "/tmp/out.txt", content: "x" }], "unsafe-name"],
    ["a NUL in a name", [{ name: "a\0b", content: "x" }], "unsafe-name"],
    ["a symbolic link", [{ name: "link", content: "../../out.txt", mode: 0o120777 }], "link"],
    ["a device", [{ name: "dev", mode: 0o020644 }], "special-file"],
    ["a pipe", [{ name: "pipe", mode: 0o010644 }], "special-file"],
    [
      "two contents for one name",
      [
        { name: "a", content: "1" },
        { name: "a", content: "2" },
      ],
      "duplicate",
    ],
    [
      "the same path spelled twice",
      [
        { name: "a/b", content: "1" },
        { name: "a//./b", content: "2" },
      ],
      "duplicate",
    ],
    ["a file that is a folder too", [{ name: "a" }, { name: "a/b" }], "duplicate"],
    ["a folder that is a file too", [{ name: "a/b" }, { name: "a" }], "duplicate"],
    ["an encrypted entry", [{ name: "a", content: "1", flags: 1 }], "encrypted"],
    ["an unknown compression", [{ name: "a", content: "1", method: 14 }], "unsupported"],
    ["a wrong CRC", [{ name: "a", content: "1", crc: 7 }], "checksum"],
    ["a wrong CRC of a large file", [{ name: "a", content: randomBytes(5 << 20), crc: 7 }], "checksum"],
    ["a size that is too small", [{ name: "a", content: "1".repeat(1000), size: 10 }], "damaged"],
    ["a size that is too large", [{ name: "a", content: "1", size: 1000 }], "damaged"],
    ["a small size of a large file", [{ name: "a", content: randomBytes(5 << 20), size: 5_000_000 }], "damaged"],
    [
      "overlapping entries",
      [
        { name: "a", content: "12" },
        { name: "b", content: "12", offset: 4 },
      ],
      "damaged",
    ],
    [
      "two entries on the same bytes",
      [
        { name: "a", content: "12" },
        { name: "b", content: "12", offset: 0 },
      ],
      "damaged",
    ],
    ["an offset outside of the file", [{ name: "a", content: "1", offset: 1_000_000 }], "damaged"],
  ])("refuses %s", async (_, entries, reason) => {
    const archive = saved("a.zip", craftZip(entries));
    expect(await refusal(archive)).toBe(reason);
    expectNothingOutside("a.zip");
    expect(existsSync("/tmp/out.txt")).toBe(false);
  });

  it("refuses a hostile entry before it writes the good ones", async () => {
    const archive = saved("a.zip", craftZip([{ name: "good" }, { name: "../bad" }]));
    await refusal(archive);
    expect(contents(target)).toEqual({});
  });

  it("leaves no file behind whose checksum is wrong, so that a resumed run does not take it for complete", async () => {
    const archive = saved("a.zip", craftZip([{ name: "a", content: randomBytes(5 << 20), crc: 7 }]));
    await refusal(archive);
    expect(contents(target)).toEqual({});
  });

  it("refuses bombs against each stated limit", async () => {
    const bomb = saved("a.zip", craftZip([{ name: "a", content: Buffer.alloc(120_000_000) }]));
    expect(await refusal(bomb, { maxRatio: 500 })).toBe("limit");
    expect(await refusal(bomb, { maxBytes: 1_000_000 })).toBe("limit");
    const many = saved("b.zip", craftZip([{ name: "a" }, { name: "b" }, { name: "c" }]));
    expect(await refusal(many, { maxEntries: 2 })).toBe("limit");
    expect(contents(target)).toEqual({});
  });

  it("refuses an archive cut off at any point", async () => {
    const whole = craftZip([{ name: "a", content: randomBytes(2000) }]);
    for (const length of [5, 100, 1000, whole.length - 60, whole.length - 22, whole.length - 1]) {
      const archive = saved("a.zip", whole.subarray(0, length));
      expect(["truncated", "damaged"]).toContain(await refusal(archive));
    }
    expect(await refusal(saved("a.zip", Buffer.alloc(0)))).toBe("truncated");
  });

  it("refuses damaged compressed data, small and large", async () => {
    for (const size of [3000, 6 << 20]) {
      const zip = craftZip([{ name: "a", content: randomBytes(size / 2).toString("hex") }]);
      zip.fill(0xff, 200, 260);
      expect(["damaged", "checksum"]).toContain(await refusal(saved("a.zip", zip)));
    }
  });

  it("refuses what is no archive", async () => {
    expect(await refusal(saved("a.zip", Buffer.from("<html>Not found</html>")))).toBe("damaged");
  });
});

describe("tar and gz", () => {
  it("round-trips a folder through tar and tar.gz, files only, sorted", async () => {
    const source = join(root, "source");
    mkdirSync(join(source, "b/deep"), { recursive: true });
    const big = randomBytes(5 << 20);
    writeFileSync(join(source, "b/deep/x.jpg"), big);
    writeFileSync(join(source, "a.txt"), "a");
    writeFileSync(join(source, "empty é"), "");
    const longName = `${"n".repeat(120)}/${"m".repeat(120)}.txt`;
    mkdirSync(join(source, "n".repeat(120)));
    writeFileSync(join(source, longName), "long");
    for (const gzip of [false, true]) {
      const archive = join(root, gzip ? "a.tar.gz" : "a.tar");
      await writeTar(archive, source, { gzip });
      expect((await listTar(archive)).map(({ name }) => name)).toEqual(["a.txt", "b/deep/x.jpg", "empty é", longName]);
      const into = join(target, String(gzip));
      expect(await extract(archive, into)).toEqual({ files: 4, bytes: 5 + big.length });
      expect(contents(into)).toEqual(contents(source));
    }
  });

  it("unpacks a plain tar that is called tar.gz, and a tar.gz that has another name", async () => {
    const tar = craftTar([{ name: "a.txt", content: "x" }]);
    await extract(saved("plain.tar.gz", tar), join(target, "1"));
    await extract(saved("packed.bin", gzipSync(tar)), join(target, "2"));
    expect(contents(target)).toEqual({ "1": "directory", "1/a.txt": "x", "2": "directory", "2/a.txt": "x" });
  });

  it("unpacks a tar from before POSIX and one of GNU's", async () => {
    const entries = ["", "ustar  "].map((mark) => ({ name: `mark${mark.length}`, content: "x", mark }));
    await extract(saved("old.tar", craftTar(entries)), target);
    expect(contents(target)).toEqual({ mark0: "x", mark7: "x" });
  });

  it("unpacks many entries in one pass and selects among them", async () => {
    const tar = craftTar(Array.from({ length: 2000 }, (_, i) => ({ name: `t/${i}.txt`, content: `${i}` })));
    const archive = saved("a.tgz", gzipSync(tar));
    const { files } = await extract(archive, target, { select: (name) => (name.endsWith("7.txt") ? name : null) });
    expect(files).toBe(200);
    expect(readFileSync(join(target, "t/1997.txt"), "utf8")).toBe("1997");
  });

  it("unpacks a gz to the name without its ending", async () => {
    expect(await extract(saved("labels.csv.gz", gzipSync("id\n1\n")), target)).toEqual({ files: 1, bytes: 5 });
    expect(contents(target)).toEqual({ "labels.csv": "id\n1\n" });
  });

  it.each<[string, CraftedTarEntry[], ArchiveErrorReason]>([
    ["a name with .. in it", [{ name: "../out.txt", content: "x" }], "unsafe-name"],
    ["an absolute name", [{ name: "/tmp/out.txt", content: "x" }], "unsafe-name"],
    [
      "a symbolic link out",
      [
        { name: "l", letter: "2", linkname: "../.." },
        { name: "l/x", content: "x" },
      ],
      "link",
    ],
    ["a hard link", [{ name: "passwd", letter: "1", linkname: "/etc/passwd" }], "link"],
    ["a device", [{ name: "dev", letter: "3" }], "special-file"],
    ["a pipe", [{ name: "pipe", letter: "6" }], "special-file"],
    [
      "two contents for one name",
      [
        { name: "a", content: "1" },
        { name: "./a", content: "2" },
      ],
      "duplicate",
    ],
  ])("refuses %s in a tar", async (_, entries, reason) => {
    const tar = craftTar(entries);
    expect(await refusal(saved("a.tar", tar))).toBe(reason);
    expectNothingOutside("a.tar");
    expect(await refusal(saved("a.tar", gzipSync(tar)))).toBe(reason);
    expectNothingOutside("a.tar");
  });

  it("refuses tars and gzs that are cut off or damaged", async () => {
    const tar = craftTar([{ name: "a", content: randomBytes(3000).toString("hex") }]);
    expect(await refusal(saved("a.tar", tar.subarray(0, 2000)))).toBe("truncated");
    expect(await refusal(saved("a.tar.gz", gzipSync(tar).subarray(0, 1500)))).toBe("truncated");
    const wrongHeader = Buffer.from(tar);
    wrongHeader[3] = 65;
    expect(await refusal(saved("a.tar", wrongHeader))).toBe("checksum");
    expect(await refusal(saved("a.tar.gz", gzipSync("")))).toBe("damaged");
    const gz = gzipSync(randomBytes(3000).toString("hex"));
    expect(await refusal(saved("b.gz", gz.subarray(0, 1000)))).toBe("truncated");
    gz.writeUInt32LE(7, gz.length - 8);
    expect(await refusal(saved("b.gz", gz))).toBe("checksum");
    expect(contents(target)).toEqual({});
  });

  it("refuses gz and tar bombs against the stated limits", async () => {
    const bomb = saved("a.gz", gzipSync(Buffer.alloc(120_000_000)));
    expect(await refusal(bomb, { maxBytes: 1_000_000 })).toBe("limit");
    expect(await refusal(bomb, { maxRatio: 500 })).toBe("limit");
    const tar = saved("b.tar.gz", gzipSync(craftTar([{ name: "a" }, { name: "b" }, { name: "c" }])));
    expect(await refusal(tar, { maxEntries: 2 })).toBe("limit");
  });
});

describe("7z", () => {
  const bundled = { searchPath: "" };

  async function roundTrip(options: { readonly searchPath: string }): Promise<void> {
    const source = join(root, "source");
    mkdirSync(join(source, "train", "empty"), { recursive: true });
    writeFileSync(join(source, "train", "-ü @.wav"), randomBytes(300_000));
    writeFileSync(join(source, "a.txt"), "a");
    const archive = join(root, "a.7z");
    await writeSevenZip(archive, source, options);
    expect(await extractSevenZip(archive, target, options)).toEqual({ files: 2, bytes: 300_001 });
    expect(contents(target)).toEqual(contents(source));
  }

  it("round-trips a folder with the bundled 7-Zip", () => roundTrip(bundled));

  it("round-trips a folder with an installed 7-Zip", async () => {
    const searchPath = process.env["PATH"] ?? "";
    const names = searchPath.split(delimiter).flatMap((directory) => [join(directory, "7zz"), join(directory, "7z")]);
    if (!names.some((name) => existsSync(name))) {
      console.warn("skipped: no 7-Zip (7zz or 7z) is installed here");
      return;
    }
    await roundTrip({ searchPath });
  });

  it("selects entries and gives them other names", async () => {
    const source = join(root, "source");
    mkdirSync(join(source, "data/processed"), { recursive: true });
    writeFileSync(join(source, "data/processed/train.json"), "[]");
    writeFileSync(join(source, "other"), "x");
    const archive = join(root, "a.7z");
    await writeSevenZip(archive, source, bundled);
    await extract(archive, target, { select: (name) => (name.endsWith(".json") ? "train.json" : null) });
    expect(contents(target)).toEqual({ "train.json": "[]" });
  });

  it("refuses links, too much content, cut off and damaged archives", async () => {
    const source = join(root, "source");
    mkdirSync(source);
    writeFileSync(join(source, "a.bin"), randomBytes(100_000));
    const archive = join(root, "a.7z");
    await writeSevenZip(archive, source, bundled);
    expect(await refusal(archive, { maxBytes: 1000 })).toBe("limit");
    const whole = readFileSync(archive);

    truncateSync(archive, 50_000);
    expect(["truncated", "damaged"]).toContain(await refusal(archive));
    const wrong = Buffer.from(whole);
    wrong.fill(0, 1000, 1100);
    expect(["checksum", "damaged"]).toContain(await refusal(saved("a.7z", wrong)));
    expect(contents(target)).toEqual({});

    // 7-Zip stores the link itself when told to.
    const { runSevenZip } = await import("./seven-zip-command.js");
    symlinkSync("/etc/passwd", join(source, "link"));
    const args = ["a", "-snl", "/archive/link.7z", "*"];
    const made = await runSevenZip({ args, archiveDirectory: root, filesDirectory: source, searchPath: "" });
    expect(made.ok, made.lines.join("\n")).toBe(true);
    expect(await refusal(join(root, "link.7z"))).toBe("link");
    expect(contents(target)).toEqual({});
  });
});

describe("writeZip", () => {
  it("gives equal bytes for equal content, whatever the files' times", async () => {
    const digest = async (name: string) => {
      writeFileSync(join(root, "x"), "content");
      await writeZip(join(root, name), [{ name: "x", path: join(root, "x") }]);
      return createHash("md5")
        .update(readFileSync(join(root, name)))
        .digest("hex");
    };
    const first = await digest("1.zip");
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await digest("2.zip")).toBe(first);
  });

  it("names a source that is missing and leaves no half archive", async () => {
    const archive = join(root, "a.zip");
    await expect(writeZip(archive, [{ name: "x", path: join(root, "nothing") }])).rejects.toThrow("nothing");
    expect(existsSync(archive)).toBe(false);
  });
});
