import { createReadStream, createWriteStream, readFileSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Header, type Pack, pack } from "tar-stream";
import { walkFiles } from "../files/walk-files.js";

/** Files up to this size are read in one go. */
const SMALL_BYTES = 4 << 20;

/**
 * Packs the files below a folder into a plain tar: names relative to the folder, ordered by code point, no folder
 * entries, no owners, one fixed time.
 * @param options.gzip compresses it. @default false
 */
export async function writeTar(
  archivePath: string,
  directory: string,
  options: { readonly gzip?: boolean } = {},
): Promise<void> {
  await mkdir(dirname(archivePath), { recursive: true });
  await rm(archivePath, { force: true });
  const archive = pack({ highWaterMark: 1 << 20 });
  const target = createWriteStream(archivePath, { flags: "wx", highWaterMark: 1 << 20 });
  const written = options.gzip ? pipeline(archive, createGzip(), target) : pipeline(archive, target);
  await Promise.all([written, fill(archive, directory)]);
}

async function fill(archive: Pack, directory: string): Promise<void> {
  try {
    for (const { name, path, kind } of walkFiles(directory)) {
      if (kind !== "file") continue;
      const { size, mode } = statSync(path);
      const header = { name, size, mode: (mode | 0o600) & ~0o22, mtime: new Date(0) };
      if (size > SMALL_BYTES) await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), archive.entry(header));
      else await addEntry(archive, header, readFileSync(path));
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
}

/** Returns when there is room for the next one. */
function addEntry(archive: Pack, header: Partial<Header> & { readonly name: string }, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}
