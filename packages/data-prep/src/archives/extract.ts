import { mkdir, open } from "node:fs/promises";
import { ArchiveError } from "./archive-error.js";
import type { ExtractLimits } from "./extract-guard.js";
import { extractGzip } from "./extract-gzip.js";
import { extractTar } from "./extract-tar.js";
import { extractZip } from "./extract-zip.js";
import { extractSevenZip } from "./seven-zip.js";

/** How far unpacking is. */
export interface ExtractProgress {
  readonly files: number;
  readonly bytes: number;
  /** Bytes in all, where the archive says so beforehand (zip, 7z). */
  readonly totalBytes?: number;
}

/** What {@link extract} takes; limits against archives that would fill the disk. */
export interface ExtractOptions extends ExtractLimits {
  /**
   * Where an entry goes, relative to the target folder; `null` leaves it out.
   * @default its own name
   */
  readonly select?: (name: string) => string | null;
  /** Leaves files alone that are there with the right size, to go on after an interruption (zip only). @default false */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExtractProgress) => void;
}

/** What was unpacked. */
export interface ExtractResult {
  /** Files written, without those left out or left alone. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * Unpacks a zip, 7z, tar, tar.gz or gz, known by its first bytes. Archives inside are files like others. Existing files
 * are replaced (never written into: they may be other names of raw files).
 *
 * Hostile archives are refused: names that lead out of the folder, links, devices, more than the limits, two contents
 * for one name, a wrong checksum, encryption, a missing end. A zip or 7z is judged before anything is written; a tar or
 * gz as it streams, so that good files before a bad entry may already be there.
 * @param directory made when missing.
 * @throws ArchiveError with the reason and the entry at fault.
 */
export async function extract(
  archivePath: string,
  directory: string,
  options: ExtractOptions = {},
): Promise<ExtractResult> {
  options.signal?.throwIfAborted();
  const format = await archiveFormat(archivePath);
  await mkdir(directory, { recursive: true });
  switch (format) {
    case "zip":
      return await extractZip(archivePath, directory, options);
    case "7z":
      return await extractSevenZip(archivePath, directory, options);
    case "gzip":
      return await extractGzip(archivePath, directory, options);
    case "tar":
      return await extractTar(archivePath, directory, options);
  }
}

async function archiveFormat(path: string): Promise<"zip" | "7z" | "gzip" | "tar"> {
  await using file = await open(path);
  const head = Buffer.alloc(512);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  if (bytesRead === 0) throw new ArchiveError("truncated", path, "the file is empty");
  const signature = head.toString("latin1", 0, 6);
  if (signature.startsWith("PK")) return "zip";
  if (signature === "7z\xbc\xaf\x27\x1c") return "7z";
  if (signature.startsWith("\x1f\x8b")) return "gzip";
  if (head.toString("latin1", 257, 262) === "ustar" || /\.tar$/i.test(path)) return "tar";
  throw new ArchiveError("damaged", path, "it is no zip, 7z, tar or gz");
}
