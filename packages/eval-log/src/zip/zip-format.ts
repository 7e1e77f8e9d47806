import { type ZipRecord, zip64Fields } from "@mlebench/base";

/** Compression methods that a log may use (PKWARE APPNOTE 4.4.5). */
export const METHOD_STORED = 0;
export const METHOD_DEFLATE = 8;
export const METHOD_ZSTD = 93;

export const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;
export const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
const MAX_U16 = 0xffff;
const MAX_U32 = 0xffffffff;
const UTF8_NAMES = 0x800;
const DATA_DESCRIPTOR = 0x8;
const ZIP64_EXTRA = 0x0001;

/** One member as its central directory record tells it. */
export interface ZipEntry extends Omit<ZipRecord, "rawName" | "madeBy" | "externalAttributes"> {
  readonly name: string;
}

/** MS-DOS time and date of an instant, in UTC so that a log does not depend on the zone. */
export function dosTime(date: Date): number {
  const year = Math.min(Math.max(date.getUTCFullYear(), 1980), 2107);
  const day = ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

/** The header that stands before a member's bytes; sizes are known, so there is no data descriptor. */
export function encodeLocalHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, "utf8");
  const large = entry.size >= MAX_U32 || entry.compressedSize >= MAX_U32;
  const extra = large ? zip64Extra([entry.size, entry.compressedSize]) : Buffer.alloc(0);
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  header.writeUInt16LE(versionNeeded(entry.method, large), 4);
  header.writeUInt16LE(entry.flags | UTF8_NAMES, 6);
  header.writeUInt16LE(entry.method, 8);
  header.writeUInt32LE(entry.modified, 10);
  header.writeUInt32LE(entry.crc32, 14);
  header.writeUInt32LE(large ? MAX_U32 : entry.compressedSize, 18);
  header.writeUInt32LE(large ? MAX_U32 : entry.size, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** The central directory and the end records, with ZIP64 where a number does not fit. */
export function encodeCentralDirectory(entries: readonly ZipEntry[], offset: number): Buffer {
  const records = Buffer.concat(entries.map(encodeCentralRecord));
  const large = entries.length >= MAX_U16 || records.length >= MAX_U32 || offset >= MAX_U32;
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_SIGNATURE, 0);
  end.writeUInt16LE(Math.min(entries.length, MAX_U16), 8);
  end.writeUInt16LE(Math.min(entries.length, MAX_U16), 10);
  end.writeUInt32LE(Math.min(records.length, MAX_U32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_U32), 16);
  return Buffer.concat([records, ...(large ? [encodeEnd64(entries.length, records.length, offset)] : []), end]);
}

function encodeCentralRecord(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, "utf8");
  const fields = [entry.size, entry.compressedSize, entry.offset];
  const tooLarge = fields.filter((value) => value >= MAX_U32);
  const extra = tooLarge.length > 0 ? zip64Extra(tooLarge) : Buffer.alloc(0);
  const record = Buffer.alloc(CENTRAL_HEADER_BYTES);
  const version = versionNeeded(entry.method, tooLarge.length > 0);
  record.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  record.writeUInt16LE(version, 4);
  record.writeUInt16LE(version, 6);
  record.writeUInt16LE(entry.flags | UTF8_NAMES, 8);
  record.writeUInt16LE(entry.method, 10);
  record.writeUInt32LE(entry.modified, 12);
  record.writeUInt32LE(entry.crc32, 16);
  record.writeUInt32LE(Math.min(entry.compressedSize, MAX_U32), 20);
  record.writeUInt32LE(Math.min(entry.size, MAX_U32), 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(Math.min(entry.offset, MAX_U32), 42);
  return Buffer.concat([record, name, extra]);
}

function encodeEnd64(count: number, directoryBytes: number, offset: number): Buffer {
  const bytes = Buffer.alloc(END64_BYTES + LOCATOR64_BYTES);
  bytes.writeUInt32LE(END64_SIGNATURE, 0);
  bytes.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4);
  bytes.writeUInt16LE(45, 12);
  bytes.writeUInt16LE(45, 14);
  bytes.writeBigUInt64LE(BigInt(count), 24);
  bytes.writeBigUInt64LE(BigInt(count), 32);
  bytes.writeBigUInt64LE(BigInt(directoryBytes), 40);
  bytes.writeBigUInt64LE(BigInt(offset), 48);
  bytes.writeUInt32LE(LOCATOR64_SIGNATURE, END64_BYTES);
  bytes.writeBigUInt64LE(BigInt(offset + directoryBytes), END64_BYTES + 8);
  bytes.writeUInt32LE(1, END64_BYTES + 16);
  return bytes;
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(BigInt(value), 4 + index * 8);
  });
  return extra;
}

function versionNeeded(method: number, zip64: boolean): number {
  if (method === METHOD_ZSTD) return 63;
  return zip64 ? 45 : 20;
}

/**
 * Reads the header before a member's bytes, for archives without a directory. Undefined when none is there, or when
 * the sizes stand behind the bytes (a data descriptor), so that the end of the member cannot be known.
 */
export function decodeLocalHeader(bytes: Buffer, offset: number): { entry: ZipEntry; headerBytes: number } | undefined {
  if (bytes.length < LOCAL_HEADER_BYTES || bytes.readUInt32LE(0) !== LOCAL_SIGNATURE) return undefined;
  const flags = bytes.readUInt16LE(6);
  const nameEnd = LOCAL_HEADER_BYTES + bytes.readUInt16LE(26);
  const headerBytes = nameEnd + bytes.readUInt16LE(28);
  if ((flags & DATA_DESCRIPTOR) !== 0 || headerBytes > bytes.length) return undefined;
  const field = zip64Fields(bytes.subarray(nameEnd, headerBytes));
  const size = field(bytes.readUInt32LE(22));
  const compressedSize = field(bytes.readUInt32LE(18));
  const entry = {
    name: bytes.toString("utf8", LOCAL_HEADER_BYTES, nameEnd),
    method: bytes.readUInt16LE(8),
    flags,
    crc32: bytes.readUInt32LE(14),
    compressedSize,
    size,
    offset,
    modified: bytes.readUInt32LE(10),
  };
  return { entry, headerBytes };
}
