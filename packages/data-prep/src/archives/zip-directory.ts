import { ArchiveError } from "./archive-error.js";
import { decodeCp437 } from "./cp437.js";

/** What is read of a zip: an open file, or something far away that answers for ranges. */
export interface ZipBytes {
  stat(): Promise<{ readonly size: number }>;
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
}

/** One entry of a zip's central directory. */
export interface ZipEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "link" | "special";
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its local header begins in the file. */
  readonly offset: number;
  readonly encrypted: boolean;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Where the last entry's data must have ended. */
  readonly dataEnd: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const MAX_COMMENT_BYTES = 65535;
const UNIX = 3;

/**
 * Reads a zip's table of contents in one piece: some microseconds per entry, where a general reader that goes entry by
 * entry takes near 0.1 ms (competitions have up to a million files).
 * @throws ArchiveError `truncated` without an end record, `damaged` when the records contradict each other.
 * @see APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16
 */
export async function readZipDirectory(file: ZipBytes, archivePath: string): Promise<ZipDirectory> {
  const { size } = await file.stat();
  const damaged = (problem: string) => new ArchiveError("damaged", archivePath, problem);
  const end = await findEnd(file, size);
  if (end === undefined) {
    throw new ArchiveError("truncated", archivePath, "it has no end record, so its last part is missing");
  }
  if (end.startOffset < 0 || end.bytes < 0 || end.startOffset + end.bytes > end.position) {
    throw damaged("its end record points outside of the file");
  }
  // Some programs put bytes before the archive and leave the offsets as they were.
  const shift = end.position - end.bytes - end.startOffset;
  const table = await readExactly(file, end.startOffset + shift, end.bytes);
  if (table === undefined) throw damaged("its table of contents is cut off");

  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= table.length && table.readUInt32LE(at) === ENTRY_SIGNATURE) {
    const next =
      at + ENTRY_BYTES + table.readUInt16LE(at + 28) + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
    if (next > table.length) throw damaged("an entry of its table of contents is cut off");
    entries.push(readEntry(table.subarray(at, next), shift));
    at = next;
  }
  if (entries.length !== end.entries) {
    throw damaged(`its table of contents has ${entries.length} entries where ${end.entries} are announced`);
  }
  return { entries, dataEnd: end.startOffset + shift };
}

interface EndRecord {
  /** Where the record (the zip64 one, if there is one) begins. */
  readonly position: number;
  readonly entries: number;
  readonly bytes: number;
  readonly startOffset: number;
}

async function findEnd(file: ZipBytes, size: number): Promise<EndRecord | undefined> {
  const tailBytes = Math.min(size, END_BYTES + MAX_COMMENT_BYTES + ZIP64_LOCATOR_BYTES);
  const tail = await readExactly(file, size - tailBytes, tailBytes);
  if (tail === undefined) return undefined;
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE || at + END_BYTES + tail.readUInt16LE(at + 20) > tail.length) continue;
    const zip64 = at >= ZIP64_LOCATOR_BYTES ? await readZip64End(file, tail, at - ZIP64_LOCATOR_BYTES) : undefined;
    return (
      zip64 ?? {
        position: size - tail.length + at,
        entries: tail.readUInt16LE(at + 10),
        bytes: tail.readUInt32LE(at + 12),
        startOffset: tail.readUInt32LE(at + 16),
      }
    );
  }
  return undefined;
}

async function readZip64End(file: ZipBytes, tail: Buffer, locator: number): Promise<EndRecord | undefined> {
  if (tail.readUInt32LE(locator) !== ZIP64_LOCATOR_SIGNATURE) return undefined;
  const position = Number(tail.readBigUInt64LE(locator + 8));
  const record = await readExactly(file, position, 56);
  if (record === undefined || record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) return undefined;
  return {
    position,
    entries: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    startOffset: Number(record.readBigUInt64LE(48)),
  };
}

function readEntry(record: Buffer, shift: number): ZipEntry {
  const madeBy = record.readUInt16LE(4) >>> 8;
  const flags = record.readUInt16LE(8);
  const nameEnd = ENTRY_BYTES + record.readUInt16LE(28);
  const rawName = record.subarray(ENTRY_BYTES, nameEnd);
  const name = flags & 0x800 ? rawName.toString("utf8") : decodeCp437(rawName);
  const mode = madeBy === UNIX ? record.readUInt32LE(38) >>> 16 : 0;
  let bytes = record.readUInt32LE(24);
  let compressedBytes = record.readUInt32LE(20);
  let offset = record.readUInt32LE(42);
  const wide = zip64Field(record.subarray(nameEnd, nameEnd + record.readUInt16LE(30)));
  if (wide !== undefined) {
    // The field holds only what did not fit, in this order.
    let at = 0;
    const take = (value: number) => {
      if (value !== 0xffffffff || at + 8 > wide.length) return value;
      at += 8;
      return Number(wide.readBigUInt64LE(at - 8));
    };
    bytes = take(bytes);
    compressedBytes = take(compressedBytes);
    offset = take(offset);
  }
  return {
    name,
    kind: kindOf(name, mode),
    method: record.readUInt16LE(10),
    crc32: record.readUInt32LE(16),
    compressedBytes,
    bytes,
    offset: offset + shift,
    encrypted: (flags & 1) === 1,
  };
}

function zip64Field(extra: Buffer): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

function kindOf(name: string, mode: number): ZipEntry["kind"] {
  switch (mode & 0xf000) {
    case 0xa000:
      return "link";
    case 0x1000: // pipe
    case 0x2000: // character device
    case 0x6000: // block device
    case 0xc000: // socket
      return "special";
    default:
      return name.endsWith("/") ? "directory" : "file";
  }
}

async function readExactly(file: ZipBytes, position: number, length: number): Promise<Buffer | undefined> {
  if (position < 0 || length < 0) return undefined;
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, Math.min(length - done, 1 << 30), position + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return buffer;
}
