import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { readRange, readZipDirectory, ZipDirectoryError, type ZipRecord } from "@mlebench/base";
import { decompress as decompressZstdInJavaScript } from "fzstd";
import { EvalLogError } from "../errors.js";
import { logNotFound, requireRegularFile } from "../require-regular-file.js";
import {
  LOCAL_HEADER_BYTES,
  LOCAL_SIGNATURE,
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
  /** Names that occur more than once: other readers may take another of their members. */
  readonly repeatedNames: readonly string[];
  /** Where the central directory begins, which is where the members end. */
  readonly directoryOffset: number;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, entries: readonly ZipEntry[], directoryOffset: number) {
    this.path = path;
    this.#handle = handle;
    this.entries = new Map(entries.map((entry) => [entry.name, entry]));
    const repeated = entries.filter((entry) => this.entries.get(entry.name) !== entry).map(({ name }) => name);
    this.repeatedNames = [...new Set(repeated)];
    this.directoryOffset = directoryOffset;
  }

  /** @throws EvalLogError when the file is missing, no zip, cut short or damaged. */
  static async open(path: string): Promise<ZipReader> {
    const handle = await openForReading(path);
    try {
      const { entries, offset } = await readZipDirectory(handle, toEntry);
      return new ZipReader(path, handle, entries, offset);
    } catch (error) {
      const reason = ZipDirectoryError.is(error) ? await whyUnreadable(path, handle, error) : error;
      await handle.close();
      throw reason;
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
  return open(path, "r").catch((cause: unknown) => {
    throw logNotFound(path, "opened", cause);
  });
}

function toEntry({ rawName, madeBy, externalAttributes, ...entry }: ZipRecord): ZipEntry {
  return { name: rawName.toString("utf8"), ...entry };
}

async function whyUnreadable(path: string, handle: FileHandle, error: ZipDirectoryError): Promise<EvalLogError> {
  if (error.code === "ZIP_DAMAGED") return corrupt(path, error.message, error);
  const { size } = await handle.stat();
  const head = await readRange(handle, 0, 4);
  return size === 0 || head?.readUInt32LE(0) === LOCAL_SIGNATURE
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

async function readExactly(path: string, handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (position < 0 || bytes < 0 || position + bytes > size) {
    throw corrupt(path, `bytes ${position} to ${position + bytes} are wanted, the file has ${size}`);
  }
  const content = await readRange(handle, position, bytes);
  if (content === undefined) throw corrupt(path, `the file ended before byte ${position + bytes}`);
  return content;
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
