import { lstatSync, mkdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import { codeOf } from "@mlebench/base";
import { writeNewFile } from "../files/write-new-file.js";
import { ArchiveError } from "./archive-error.js";
import type { ExtractOptions, ExtractResult } from "./extract.js";
import { ExtractGuard } from "./extract-guard.js";
import { requireRoom } from "./require-room.js";
import { writeEntry } from "./write-entry.js";
import { readZipDirectory, type ZipEntry } from "./zip-directory.js";

const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;
/** Entries that are smaller, packed and unpacked, are read many at a time and unpacked in memory. */
const SMALL_BYTES = 4 << 20;
const BATCH_BYTES = 16 << 20;
const SLICE_MILLISECONDS = 25;

interface PlannedEntry {
  readonly entry: ZipEntry;
  /** Undefined where the bytes are only looked at. */
  readonly target: string | undefined;
  /** Where the next entry or the table of contents begins: its data must end before. */
  readonly limit: number;
}

/**
 * {@link extract} for zips; judged as a whole from the table of contents before the first byte is written.
 * @param directory undefined reads it to its end without writing anything.
 */
export async function extractZip(
  archivePath: string,
  directory: string | undefined,
  options: ExtractOptions,
): Promise<ExtractResult> {
  await using file = await open(archivePath);
  const plan = await planExtraction(file, archivePath, directory, options);
  const extraction = new ZipExtraction(file, archivePath, plan, options);
  if (directory !== undefined) await requireRoom(archivePath, directory, extraction.bytesToWrite);
  return await extraction.run();
}

async function planExtraction(
  file: FileHandle,
  archivePath: string,
  directory: string | undefined,
  options: ExtractOptions,
): Promise<PlannedEntry[]> {
  const { entries, dataEnd } = await readZipDirectory(file, archivePath);
  const guard = new ExtractGuard(archivePath, (await file.stat()).size, options);
  const madeDirectories = new Set<string>();
  const make = (path: string) => {
    if (!madeDirectories.has(path)) mkdirSync(path, { recursive: true });
    madeDirectories.add(path);
  };

  const admitted = entries.map((entry) => ({ entry, path: guard.admit(entry) }));
  for (const { entry } of admitted) {
    const refuse = (reason: "encrypted" | "unsupported", problem: string) =>
      new ArchiveError(reason, archivePath, problem, { entry: entry.name });
    if (entry.encrypted) throw refuse("encrypted", "an entry is encrypted");
    if (entry.method !== STORED && entry.method !== DEFLATED) {
      throw refuse("unsupported", `compression method ${entry.method} is not known here`);
    }
  }
  const byOffset = admitted.sort((a, b) => a.entry.offset - b.entry.offset);
  const plan: PlannedEntry[] = [];
  for (const [i, { entry, path }] of byOffset.entries()) {
    const limit = byOffset[i + 1]?.entry.offset ?? dataEnd;
    if (entry.offset + LOCAL_HEADER_BYTES + entry.compressedBytes > limit) {
      throw new ArchiveError("damaged", archivePath, "entries overlap or lie outside of the file", {
        entry: entry.name,
      });
    }
    const chosen = path === "" ? null : options.select === undefined ? path : options.select(path);
    if (chosen === null) continue;
    const target = directory === undefined ? undefined : join(directory, chosen);
    plan.push({ entry, target, limit });
  }
  for (const { entry, target } of plan) {
    if (target !== undefined) make(entry.kind === "directory" ? target : dirname(target));
  }
  return plan.filter(({ entry }) => entry.kind === "file");
}

class ZipExtraction {
  readonly #file: FileHandle;
  readonly #archivePath: string;
  readonly #plan: readonly PlannedEntry[];
  readonly #options: ExtractOptions;
  readonly #totalBytes: number;
  #files = 0;
  #bytes = 0;
  #leftAloneBytes = 0;

  constructor(file: FileHandle, archivePath: string, plan: readonly PlannedEntry[], options: ExtractOptions) {
    this.#file = file;
    this.#archivePath = archivePath;
    this.#options = options;
    this.#totalBytes = plan.reduce((sum, { entry }) => sum + entry.bytes, 0);
    this.#plan = options.resume === true ? plan.filter((planned) => !this.#isThere(planned)) : plan;
  }

  /** As announced; an entry that unpacks to more is refused. */
  get bytesToWrite(): number {
    return this.#plan.reduce((sum, { entry }) => sum + entry.bytes, 0);
  }

  async run(): Promise<ExtractResult> {
    let batch: PlannedEntry[] = [];
    const flush = async () => {
      await this.#extractBatch(batch);
      batch = [];
    };
    for (const planned of this.#plan) {
      const isSmall = Math.max(planned.entry.bytes, planned.limit - planned.entry.offset) <= SMALL_BYTES;
      const first = batch[0];
      if (first !== undefined && (!isSmall || planned.limit - first.entry.offset > BATCH_BYTES)) await flush();
      if (isSmall) batch.push(planned);
      else await this.#extractLarge(planned);
    }
    await flush();
    return { files: this.#files, bytes: this.#bytes };
  }

  #isThere({ entry, target }: PlannedEntry): boolean {
    const found = target === undefined ? undefined : lstatSync(target, { throwIfNoEntry: false });
    const isThere = found?.isFile() === true && found.size === entry.bytes;
    if (isThere) this.#leftAloneBytes += entry.bytes;
    return isThere;
  }

  async #extractBatch(batch: readonly PlannedEntry[]): Promise<void> {
    const first = batch[0];
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return;
    const start = first.entry.offset;
    const region = Buffer.allocUnsafe(last.limit - start);
    const { bytesRead } = await this.#file.read(region, 0, region.length, start);
    if (bytesRead < region.length) throw new ArchiveError("truncated", this.#archivePath, "its data end early");
    let sliceEnd = performance.now() + SLICE_MILLISECONDS;
    for (const { entry, target, limit } of batch) {
      const local = region.subarray(entry.offset - start, limit - start);
      const dataStart = this.#dataStart(entry, local);
      if (dataStart + entry.compressedBytes > local.length) throw this.#damaged(entry, "entries overlap");
      const content = this.#inflate(entry, local.subarray(dataStart, dataStart + entry.compressedBytes));
      if (content.length !== entry.bytes) throw this.#wrongSize(entry);
      if (crc32(content) !== entry.crc32) throw this.#wrongChecksum(entry);
      if (target !== undefined) {
        writeNewFile(target, content);
      }
      this.#files++;
      this.#bytes += content.length;
      if (performance.now() > sliceEnd) {
        this.#report();
        await setImmediate();
        this.#options.signal?.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MILLISECONDS;
      }
    }
    this.#report();
    this.#options.signal?.throwIfAborted();
  }

  async #extractLarge({ entry, target, limit }: PlannedEntry): Promise<void> {
    const local = Buffer.alloc(LOCAL_HEADER_BYTES);
    await this.#file.read(local, 0, local.length, entry.offset);
    const start = entry.offset + this.#dataStart(entry, local);
    if (start + entry.compressedBytes > limit) throw this.#damaged(entry, "entries overlap");
    const packed = this.#file.createReadStream({
      start,
      end: start + entry.compressedBytes - 1,
      autoClose: false,
      highWaterMark: 1 << 20,
    });
    let checksum = 0;
    let written = 0;
    const before = this.#bytes;
    try {
      await writeEntry(target, packed, {
        through: entry.method === DEFLATED ? createInflateRaw({ chunkSize: 1 << 18 }) : undefined,
        signal: this.#options.signal,
        onChunk: (chunk) => {
          written += chunk.length;
          if (written > entry.bytes) throw this.#wrongSize(entry);
          checksum = crc32(chunk, checksum);
          this.#bytes = before + written;
          this.#report();
        },
        finish: () => {
          if (written !== entry.bytes) throw this.#wrongSize(entry);
          if (checksum !== entry.crc32) throw this.#wrongChecksum(entry);
        },
      });
    } catch (error) {
      throw isZlibError(error) ? this.#damaged(entry, "its compressed data are damaged", error) : error;
    }
    this.#files++;
  }

  #dataStart(entry: ZipEntry, local: Buffer): number {
    if (local.length < LOCAL_HEADER_BYTES || local.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE) {
      throw this.#damaged(entry, "there is no entry where its table of contents says");
    }
    return LOCAL_HEADER_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  }

  #inflate(entry: ZipEntry, packed: Buffer): Buffer {
    if (entry.method === STORED) return packed;
    try {
      // One byte more than announced is enough to see that the size is a lie.
      return inflateRawSync(packed, { maxOutputLength: entry.bytes + 1 });
    } catch (error) {
      if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw this.#wrongSize(entry);
      throw this.#damaged(entry, "its compressed data are damaged", error);
    }
  }

  #report(): void {
    this.#options.onProgress?.({
      files: this.#files,
      bytes: this.#bytes + this.#leftAloneBytes,
      totalBytes: this.#totalBytes,
    });
  }

  #damaged(entry: ZipEntry, problem: string, cause?: unknown): ArchiveError {
    return new ArchiveError("damaged", this.#archivePath, problem, { entry: entry.name, cause });
  }

  #wrongSize(entry: ZipEntry): ArchiveError {
    return this.#damaged(entry, `an entry does not unpack to the ${entry.bytes} bytes it announces`);
  }

  #wrongChecksum(entry: ZipEntry): ArchiveError {
    return new ArchiveError("checksum", this.#archivePath, "the CRC-32 of an entry is wrong", { entry: entry.name });
  }
}

function isZlibError(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return code.startsWith("Z_") || code === "ERR_BUFFER_TOO_LARGE";
}
