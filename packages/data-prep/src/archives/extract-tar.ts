import { once } from "node:events";
import { createReadStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { ArchiveError, gzipError } from "./archive-error.js";
import type { ExtractOptions, ExtractResult } from "./extract.js";
import { ExtractGuard, type GuardedEntry } from "./extract-guard.js";
import { writeEntry } from "./write-entry.js";

/** Files up to this size are gathered in memory and written in one go. */
const SMALL_BYTES = 4 << 20;
const FILE_TYPES = new Set(["File", "OldFile", "ContiguousFile"]);
const DIRECTORY_TYPES = new Set(["Directory", "GNUDumpDir"]);
const LINK_TYPES = new Set(["SymbolicLink", "Link"]);

/** {@link extract} for tar and tar.gz, in one pass. */
export async function extractTar(
  archivePath: string,
  directory: string,
  options: ExtractOptions,
): Promise<ExtractResult> {
  const guard = new ExtractGuard(archivePath, (await stat(archivePath)).size, options);
  let files = 0;
  let bytes = 0;
  await readTar(archivePath, options, async (entry) => {
    const kind = kindOf(entry);
    const path = guard.admit({ name: entry.path, kind, bytes: entry.size });
    const chosen = path === "" ? null : options.select === undefined ? path : options.select(path);
    if (chosen === null) return;
    const target = join(directory, chosen);
    mkdirSync(kind === "directory" ? target : dirname(target), { recursive: true });
    if (kind === "directory") return;
    if (entry.size <= SMALL_BYTES) {
      const content = await entry.concat();
      if (content.length !== entry.size) throw truncated(archivePath, entry);
      rmSync(target, { force: true });
      writeFileSync(target, content, { flag: "wx" });
    } else {
      let written = 0;
      await writeEntry(target, entry, {
        signal: options.signal,
        onChunk: (chunk) => {
          written += chunk.length;
        },
        finish: () => {
          if (written !== entry.size) throw truncated(archivePath, entry);
        },
      });
    }
    files++;
    bytes += entry.size;
    options.onProgress?.({ files, bytes });
  });
  return { files, bytes };
}

/** One entry of {@link listTar}. */
export interface TarListing {
  readonly name: string;
  readonly kind: GuardedEntry["kind"];
  readonly bytes: number;
}

/** The entries of a tar or tar.gz in their order, read without unpacking them. */
export async function listTar(
  archivePath: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<TarListing[]> {
  const entries: TarListing[] = [];
  await readTar(archivePath, options, async (entry) => {
    entries.push({ name: entry.path, kind: kindOf(entry), bytes: entry.size });
  });
  return entries;
}

/** Feeds a tar through the parser; each entry is dealt with before the next one. What a visitor leaves is skipped. */
async function readTar(
  archivePath: string,
  options: { readonly signal?: AbortSignal },
  visit: (entry: ReadEntry) => Promise<void>,
): Promise<void> {
  const visits: Promise<void>[] = [];
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
  };
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const visited = (failure === undefined ? visit(entry) : Promise.resolve())
        .catch(fail)
        .finally(() => entry.resume());
      visits.push(visited);
    },
  });
  parser.on("error", fail);
  parser.on("ignoredEntry", (entry) => {
    const kind = `an entry has the kind ${entry.type}, which is not known here`;
    fail(new ArchiveError("unsupported", archivePath, kind, { entry: entry.path }));
  });
  const ended = new Promise<void>((resolve) => parser.once("end", resolve));
  const file = createReadStream(archivePath, { highWaterMark: 1 << 20, signal: options.signal });
  const source = (await isGzip(archivePath)) ? file.pipe(createGunzip()) : file;
  if (source !== file) file.once("error", (error) => source.destroy(error));
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      if (!parser.write(chunk) && failure === undefined) await once(parser, "drain");
      if (failure !== undefined) throw failure.error;
      await Promise.all(visits.splice(0, visits.length - 1));
    }
    parser.end();
    if (failure === undefined) await ended;
    await Promise.all(visits);
    if (failure !== undefined) throw failure.error;
  } catch (error) {
    throw tarError(gzipError(error, archivePath), archivePath);
  } finally {
    file.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  for await (const head of createReadStream(path, { end: 1 }) as AsyncIterable<Buffer>) {
    return head[0] === 0x1f && head[1] === 0x8b;
  }
  return false;
}

function kindOf(entry: ReadEntry): GuardedEntry["kind"] {
  if (FILE_TYPES.has(entry.type)) return entry.path.endsWith("/") ? "directory" : "file";
  if (DIRECTORY_TYPES.has(entry.type)) return "directory";
  return LINK_TYPES.has(entry.type) ? "link" : "special";
}

function truncated(archivePath: string, entry: ReadEntry): ArchiveError {
  return new ArchiveError("truncated", archivePath, "an entry is cut off", { entry: entry.path });
}

function tarError(error: unknown, archivePath: string): unknown {
  const { tarCode, message } = error as { tarCode?: string; message?: string };
  if (tarCode === undefined) return error;
  if (message?.includes("Truncated")) {
    return new ArchiveError("truncated", archivePath, "its last entry is cut off", { cause: error });
  }
  if (message?.includes("checksum")) {
    return new ArchiveError("checksum", archivePath, "the checksum of an entry's header is wrong", { cause: error });
  }
  return new ArchiveError("damaged", archivePath, "it is no valid tar", { cause: error });
}
