import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { decompress as decompressZstdInJavaScript } from "fzstd";
import { EvalLogError } from "../errors.js";
import { requireRegularFile } from "../require-regular-file.js";
import {
  decodeCentralDirectory,
  END_BYTES,
  END_SIGNATURE,
  END64_BYTES,
  END64_SIGNATURE,
  LOCAL_HEADER_BYTES,
  LOCAL_SIGNATURE,
  LOCATOR64_BYTES,
  LOCATOR64_SIGNATURE,
  MAX_U16,
  MAX_U32,
  METHOD_DEFLATE,
  METHOD_STORED,
  METHOD_ZSTD,
  type ZipEntry,
} from "./zip-format.js";

const inflateRaw = promisify(zlib.inflateRaw);

/** Longest string V8 can hold; a member beyond it cannot be parsed as JSON in one piece. */
const MAX_MEMBER_BYTES = 512 * 1024 * 1024 - 64;

/** Reads the members of a zip by position; the file is open until it is disposed of. */
export class ZipReader implements AsyncDisposable {
  readonly path: string;
  /** Members by name; where a name occurs more than once the last one counts. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the central directory begins, which is where the members end. */
  readonly directoryOffset: number;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, entries: readonly ZipEntry[], directoryOffset: number) {
    this.path = path;
    this.#handle = handle;
    this.entries = new Map(entries.map((entry) => [entry.name, entry]));
    this.directoryOffset = directoryOffset;
  }

  /** @throws EvalLogError when the file is missing, no zip, cut short or damaged. */
  static async open(path: string): Promise<ZipReader> {
    const handle = await openForReading(path);
    try {
      const { size } = await handle.stat();
      const end = await findEnd(path, handle, size);
      const directory = await readExactly(path, handle, end.offset, end.bytes);
      return new ZipReader(path, handle, decodeCentralDirectory(directory, end.count), end.offset);
    } catch (error) {
      await handle.close();
      throw EvalLogError.is(error) ? error : corrupt(path, "its central directory cannot be read", error);
    }
  }

  /** The bytes of a member as they stand in the file, still compressed. */
  async readCompressed(entry: ZipEntry): Promise<Buffer> {
    const header = await readExactly(this.path, this.#handle, entry.offset, LOCAL_HEADER_BYTES);
    if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
      throw corrupt(this.path, `member ${entry.name} is not where the directory says`);
    }
    const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    return readExactly(this.path, this.#handle, start, entry.compressedSize);
  }

  /** The content of a member, checked against its CRC-32. */
  async read(name: string): Promise<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw corrupt(this.path, `member ${name} is missing`);
    if (entry.size > MAX_MEMBER_BYTES) {
      throw new EvalLogError({
        code: "EVAL_LOG_UNSUPPORTED",
        message: `${this.path}: member ${name} has ${entry.size} bytes, more than fits in one JSON text here.`,
        hint: "Read the other samples, or read this one with Inspect's Python reader.",
      });
    }
    const content = await this.#decompress(entry, await this.readCompressed(entry));
    if (content.length !== entry.size || zlib.crc32(content) !== entry.crc32) {
      throw corrupt(this.path, `member ${name} does not match its checksum`);
    }
    return content;
  }

  async #decompress(entry: ZipEntry, bytes: Buffer): Promise<Buffer> {
    if ((entry.flags & 1) !== 0) throw unsupported(this.path, `member ${entry.name} is encrypted`);
    try {
      switch (entry.method) {
        case METHOD_STORED:
          return bytes;
        case METHOD_DEFLATE:
          // A buffer of length zero is no valid limit, hence the one byte more.
          return await inflateRaw(bytes, { maxOutputLength: entry.size + 1 });
        case METHOD_ZSTD:
          return decompressZstd(bytes, entry.size);
      }
    } catch (error) {
      throw corrupt(this.path, `member ${entry.name} cannot be decompressed`, error);
    }
    throw unsupported(this.path, `member ${entry.name} uses compression method ${entry.method}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

/** Node has zstd from 22.15 on; before that a decoder in JavaScript does it. */
function decompressZstd(bytes: Buffer, size: number): Buffer {
  const native: unknown = Reflect.get(zlib, "zstdDecompressSync");
  if (typeof native === "function") {
    const content: unknown = native(bytes, { maxOutputLength: size + 1 });
    if (Buffer.isBuffer(content)) return content;
  }
  const content = decompressZstdInJavaScript(bytes);
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

async function openForReading(path: string): Promise<FileHandle> {
  await requireRegularFile(path);
  try {
    return await open(path, "r");
  } catch (cause) {
    throw new EvalLogError({
      code: "EVAL_LOG_NOT_FOUND",
      message: `${path} cannot be opened.`,
      hint: "Check the path; `mlebench log list` shows the logs of a directory.",
      cause,
    });
  }
}

interface EndRecord {
  readonly count: number;
  readonly bytes: number;
  readonly offset: number;
}

async function findEnd(path: string, handle: FileHandle, size: number): Promise<EndRecord> {
  const tailBytes = Math.min(size, END_BYTES + MAX_U16 + LOCATOR64_BYTES);
  const tail = await readExactly(path, handle, size - tailBytes, tailBytes);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const end = {
      count: tail.readUInt16LE(at + 10),
      bytes: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    const position = size - tailBytes + at;
    const large = end.count === MAX_U16 || end.bytes === MAX_U32 || end.offset === MAX_U32;
    const found = large ? await readEnd64(path, handle, tail, at, end) : end;
    if (found.offset + found.bytes <= position) return found;
  }
  const head = await readExactly(path, handle, 0, Math.min(4, size));
  const isZip = head.length === 4 && head.readUInt32LE(0) === LOCAL_SIGNATURE;
  throw isZip || size === 0
    ? new EvalLogError({
        code: "EVAL_LOG_TRUNCATED",
        message: `${path} is cut short: it has ${size} bytes and no end of its directory.`,
        hint: "Copy the file again from where it was written; `recoverEvalLog` saves the samples that are whole.",
      })
    : new EvalLogError({
        code: "EVAL_LOG_NOT_A_LOG",
        message: `${path} is not an .eval log: it does not begin as a zip file.`,
        hint: "Give a file that ends in .eval or .json, written by mlebench or Inspect.",
      });
}

async function readEnd64(
  path: string,
  handle: FileHandle,
  tail: Buffer,
  at: number,
  end: EndRecord,
): Promise<EndRecord> {
  const locator = at - LOCATOR64_BYTES;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR64_SIGNATURE) return end;
  const record = await readExactly(path, handle, Number(tail.readBigUInt64LE(locator + 8)), END64_BYTES);
  if (record.readUInt32LE(0) !== END64_SIGNATURE) return end;
  return {
    count: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

async function readExactly(path: string, handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (position < 0 || bytes < 0 || position + bytes > size) {
    throw corrupt(path, `bytes ${position} to ${position + bytes} are wanted, the file has ${size}`);
  }
  const buffer = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, position + done);
    if (bytesRead === 0) throw corrupt(path, `the file ended at byte ${position + done}`);
    done += bytesRead;
  }
  return buffer;
}

function corrupt(path: string, what: string, cause?: unknown): EvalLogError {
  return new EvalLogError({
    code: "EVAL_LOG_CORRUPT",
    message: `${path} is damaged: ${what}.`,
    hint: "Copy the file again from where it was written; `recoverEvalLog` saves the samples that are whole.",
    cause,
  });
}

function unsupported(path: string, what: string): EvalLogError {
  return new EvalLogError({
    code: "EVAL_LOG_UNSUPPORTED",
    message: `${path}: ${what}.`,
    hint: "Members may be stored, deflated or zstd; convert the log with `inspect log convert` first.",
  });
}
