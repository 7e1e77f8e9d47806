import { existsSync, statSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { readZipDirectory, type ZipBytes } from "./archives/zip-directory.js";
import { walkFiles } from "./files/walk-files.js";
import type { Preparer, RawFileSize } from "./preparer.js";

/** What a preparation takes on disk, known before it starts. Files placed by link take nothing. */
export interface DiskPlan {
  /** The zip itself; 0 without one. */
  readonly zipBytes: number;
  /** Still to unpack from the zip, or to copy from a folder on another device. */
  readonly unpackedBytes: number;
  /** Outputs and intermediate files; an estimate. */
  readonly writtenBytes: number;
  /** Free bytes needed now when the zip stays until the end. */
  readonly neededBytes: number;
  /** Free bytes needed now when the zip is removed as soon as it is unpacked. */
  readonly neededWithoutZipBytes: number;
}

const TABLE = /\.(csv|tsv|txt|json|jsonl|bson|npy)$/i;
const NESTED_ARCHIVE = /\.(zip|7z|tar|tgz|gz)$/i;

/** The plan for a zip. @param unpackedInto a folder in which an earlier run may have left some of its files. */
export async function planDiskForZip(preparer: Preparer, zip: string, unpackedInto: string): Promise<DiskPlan> {
  const { size: zipBytes } = await stat(zip);
  await using file = await open(zip);
  const { entries } = await readZipDirectory(file, zip);
  const files = entries.filter(({ kind }) => kind === "file").map(({ name, bytes }) => ({ name, bytes }));
  const there = existsSync(unpackedInto) ? totalBytes(filesBelow(unpackedInto)) : 0;
  return plan(preparer, files, { zipBytes, unpackedBytes: Math.max(0, totalBytes(files) - there) });
}

/** A zip that is somewhere else, read in parts. */
export interface RemoteZip {
  /** For messages. */
  readonly name: string;
  readonly bytes: number;
  /** @returns exactly these bytes. */
  read(position: number, length: number): Promise<Uint8Array>;
}

/**
 * The plan for a zip that is not downloaded yet, from its table of contents alone (some kilobytes; some megabytes where it
 * holds a hundred thousand files). Needed from nothing on: `zipBytes` and `neededBytes`.
 * @throws ArchiveError when it is no zip, and whatever `read` throws.
 */
export async function planDiskForRemoteZip(preparer: Preparer, zip: RemoteZip): Promise<DiskPlan> {
  const source: ZipBytes = {
    stat: async () => ({ size: zip.bytes }),
    async read(buffer, offset, length, position) {
      const part = await zip.read(position, length);
      buffer.set(part.subarray(0, length), offset);
      return { bytesRead: Math.min(part.length, length) };
    },
  };
  const { entries } = await readZipDirectory(source, zip.name);
  const files = entries.filter(({ kind }) => kind === "file").map(({ name, bytes }) => ({ name, bytes }));
  return plan(preparer, files, { zipBytes: zip.bytes, unpackedBytes: totalBytes(files) });
}

/** The plan for a folder of raw files, which are linked into `root`'s device, or copied when they lie on another. */
export function planDiskForFolder(preparer: Preparer, rawDirectory: string, root: string): DiskPlan {
  const files = filesBelow(rawDirectory);
  const needsCopies = statSync(rawDirectory).dev !== statSync(root).dev;
  return plan(preparer, files, { zipBytes: 0, unpackedBytes: needsCopies ? totalBytes(files) : 0 });
}

function plan(
  preparer: Preparer,
  files: readonly RawFileSize[],
  { zipBytes, unpackedBytes }: { zipBytes: number; unpackedBytes: number },
): DiskPlan {
  const writtenBytes = (preparer.estimateBytes ?? estimateBytes)(files);
  const neededBytes = unpackedBytes + writtenBytes;
  return {
    zipBytes,
    unpackedBytes,
    writtenBytes,
    neededBytes,
    neededWithoutZipBytes: Math.max(unpackedBytes, neededBytes - zipBytes),
  };
}

/** Tables are written anew once; what is in an inner archive is unpacked and perhaps packed again. */
function estimateBytes(files: readonly RawFileSize[]): number {
  return files.reduce((sum, { name, bytes }) => {
    if (NESTED_ARCHIVE.test(name)) return sum + 2 * bytes;
    return TABLE.test(name) ? sum + bytes : sum;
  }, 0);
}

function filesBelow(directory: string): RawFileSize[] {
  return Array.from(walkFiles(directory), ({ name, path }) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return { name, bytes: stats?.isFile() ? stats.size : 0 };
  });
}

function totalBytes(files: readonly RawFileSize[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
