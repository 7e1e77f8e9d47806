import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createGunzip } from "node:zlib";
import { codeOf } from "@mlebench/base";
import { gzipError } from "./archive-error.js";
import type { ExtractOptions, ExtractResult } from "./extract.js";
import { ExtractGuard } from "./extract-guard.js";
import { extractTar } from "./extract-tar.js";
import { roomWatch } from "./require-room.js";
import { writeEntry } from "./write-entry.js";

/**
 * {@link extract} for gz: a tar inside is unpacked, anything else becomes one file named like the archive without `.gz`.
 */
export async function extractGzip(
  archivePath: string,
  directory: string,
  options: ExtractOptions,
): Promise<ExtractResult> {
  if (/\.(tar\.gz|tgz)$/i.test(archivePath) || (await holdsTar(archivePath))) {
    return await extractTar(archivePath, directory, options);
  }
  const name = basename(archivePath).replace(/\.gz$/i, "");
  const chosen = options.select === undefined ? name : options.select(name);
  if (chosen === null) return { files: 0, bytes: 0 };
  const guard = new ExtractGuard(archivePath, (await stat(archivePath)).size, options);
  const requireMore = roomWatch(archivePath, directory);
  let bytes = 0;
  const packed = createReadStream(archivePath);
  // Piped by hand: zeros after the end, as padding on tapes, are never asked for, which a pipeline takes for an abort.
  const unpacked = packed.pipe(createGunzip());
  packed.once("error", (error) => unpacked.destroy(error));
  try {
    await writeEntry(join(directory, chosen), unpacked, {
      signal: options.signal,
      onChunk: async (chunk) => {
        guard.count(chunk.length);
        await requireMore(chunk.length);
        bytes += chunk.length;
        options.onProgress?.({ files: 0, bytes });
      },
    });
  } catch (error) {
    throw gzipError(error, archivePath);
  } finally {
    packed.destroy();
  }
  return { files: 1, bytes };
}

/** Looks for the mark of a tar header in the first bytes of the content. */
async function holdsTar(archivePath: string): Promise<boolean> {
  const file = await open(archivePath);
  const source = file.createReadStream({ end: 1 << 16 });
  let head = Buffer.alloc(0);
  try {
    // The head alone is a gz that ends early, which zlib reports after giving what it has.
    for await (const chunk of source.pipe(createGunzip()) as AsyncIterable<Buffer>) {
      head = Buffer.concat([head, chunk]);
      if (head.length >= 512) break;
    }
  } catch (error) {
    if (!codeOf(error)?.startsWith("Z_")) throw error;
  } finally {
    source.destroy();
  }
  return head.toString("latin1", 257, 262) === "ustar";
}
