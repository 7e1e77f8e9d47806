import { readZipDirectory as readDirectory, type ZipBytes, ZipDirectoryError, type ZipRecord } from "@mlebench/base";
import { ArchiveError } from "./archive-error.js";
import type { GuardedEntry } from "./extract-guard.js";

export type { ZipBytes } from "@mlebench/base";

/** One entry of a zip's central directory. */
export interface ZipEntry extends GuardedEntry {
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  /** Where its local header begins in the file. */
  readonly offset: number;
  readonly encrypted: boolean;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Where the last entry's data must have ended. */
  readonly dataEnd: number;
}

/** The upper half of the IBM PC's character set, in which old zips write their names. */
const UPPER =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»" +
  "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
  "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

const UTF8_NAME = 0x800;
const ENCRYPTED = 0x1;
const UNIX = 3;

/**
 * Reads a zip's table of contents in one piece (competitions have up to a million files).
 * @throws ArchiveError `truncated` without an end record, `damaged` when the records contradict each other.
 */
export async function readZipDirectory(file: ZipBytes, archivePath: string): Promise<ZipDirectory> {
  try {
    const { entries, offset } = await readDirectory(file, toEntry);
    return { entries, dataEnd: offset };
  } catch (error) {
    if (!ZipDirectoryError.is(error)) throw error;
    throw new ArchiveError(error.code === "ZIP_NO_END" ? "truncated" : "damaged", archivePath, error.message);
  }
}

function toEntry(record: ZipRecord): ZipEntry {
  const name = record.flags & UTF8_NAME ? record.rawName.toString("utf8") : decodeCp437(record.rawName);
  const mode = record.madeBy >>> 8 === UNIX ? record.externalAttributes >>> 16 : 0;
  return {
    name,
    kind: kindOf(name, mode),
    method: record.method,
    crc32: record.crc32,
    compressedBytes: record.compressedSize,
    bytes: record.size,
    offset: record.offset,
    encrypted: (record.flags & ENCRYPTED) !== 0,
  };
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

/** Decodes a name that does not say it is UTF-8, as Python's zipfile does. */
function decodeCp437(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte < 0x80)) return Buffer.from(bytes).toString("latin1");
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : UPPER[byte - 0x80])).join("");
}
