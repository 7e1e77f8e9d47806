import { createReadStream, mkdirSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createGunzip } from "node:zlib";
import { codeOf, messageOf } from "@mlebench/base";
import { extract as createParser, type Header } from "tar-stream";
import { writeNewFile } from "../files/write-new-file.js";
import { ArchiveError, gzipError } from "./archive-error.js";
import type { ExtractOptions, ExtractResult } from "./extract.js";
import { ExtractGuard, type GuardedEntry } from "./extract-guard.js";
import { roomWatch } from "./require-room.js";
import { writeEntry } from "./write-entry.js";

/** Files up to this size are gathered in memory and written in one go. */
const SMALL_BYTES = 4 << 20;
/** Tars from before POSIX have no mark; the option is missing in the library's types. */
const PARSER_OPTIONS: Parameters<typeof createParser>[0] & { readonly allowUnknownFormat: boolean } = {
  allowUnknownFormat: true,
};
/** What entries of other kinds are, such as sparse files, the parser does not say. */
const KINDS: Readonly<Record<string, GuardedEntry["kind"]>> = {
  file: "file",
  "contiguous-file": "file",
  directory: "directory",
  symlink: "link",
  link: "link",
  "character-device": "special",
  "block-device": "special",
  fifo: "special",
};

/** {@link extract} for tar and tar.gz, in one pass. */
export async function extractTar(
  archivePath: string,
  directory: string,
  options: ExtractOptions,
): Promise<ExtractResult> {
  const guard = new ExtractGuard(archivePath, (await stat(archivePath)).size, options);
  const requireMore = roomWatch(archivePath, directory);
  let files = 0;
  let bytes = 0;
  await readTar(archivePath, options, async (entry, content) => {
    const path = guard.admit(entry);
    const chosen = path === "" ? null : options.select === undefined ? path : options.select(path);
    if (chosen === null) return;
    const target = join(directory, chosen);
    mkdirSync(entry.kind === "directory" ? target : dirname(target), { recursive: true });
    if (entry.kind === "directory") return;
    await requireMore(entry.bytes);
    if (entry.bytes <= SMALL_BYTES) {
      const chunks: Buffer[] = [];
      for await (const chunk of content) chunks.push(chunk);
      writeNewFile(target, Buffer.concat(chunks));
    } else {
      await writeEntry(target, content, { signal: options.signal });
    }
    files++;
    bytes += entry.bytes;
    options.onProgress?.({ files, bytes });
  });
  return { files, bytes };
}

/** One entry of {@link listTar}. */
export type TarListing = GuardedEntry;

/** The entries of a tar or tar.gz in their order, read without unpacking them. */
export async function listTar(
  archivePath: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<TarListing[]> {
  const entries: TarListing[] = [];
  await readTar(archivePath, options, async (entry) => {
    entries.push(entry);
  });
  return entries;
}

/** Feeds a tar through the parser; each entry is dealt with before the next one. What a visitor leaves is skipped. */
async function readTar(
  archivePath: string,
  options: { readonly signal?: AbortSignal },
  visit: (entry: GuardedEntry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const isPacked = await isGzip(archivePath);
  const file = createReadStream(archivePath, { highWaterMark: 1 << 20, signal: options.signal });
  const source = isPacked ? file.pipe(createGunzip()) : file;
  const parser = createParser(PARSER_OPTIONS);
  // The first one says what is wrong; what reads on from the destroyed parser only says that it is destroyed.
  let failure: unknown;
  parser.once("error", (error: unknown) => {
    failure = error;
  });
  parser.on("error", () => undefined);
  let isEmpty = true;
  source.once("data", () => {
    isEmpty = false;
  });
  for (const stream of new Set([file, source])) stream.once("error", (error: Error) => parser.destroy(error));
  try {
    source.pipe(parser);
    for await (const entry of parser) {
      const judged = guardedEntry(entry.header, archivePath);
      await visit(judged, wholeContent(entry, judged, archivePath));
      entry.resume();
    }
    if (isEmpty) throw notATar(archivePath);
  } catch (error) {
    const first = ArchiveError.is(error) ? error : (failure ?? error);
    throw tarError(gzipError(first, archivePath), archivePath);
  } finally {
    file.destroy();
    source.destroy();
    parser.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  for await (const head of createReadStream(path, { end: 1 }) as AsyncIterable<Buffer>) {
    return head[0] === 0x1f && head[1] === 0x8b;
  }
  return false;
}

function guardedEntry({ name, type, size }: Header, archivePath: string): GuardedEntry {
  const kind = KINDS[type];
  if (kind === undefined) {
    throw new ArchiveError("unsupported", archivePath, "an entry has a kind that is not known here", { entry: name });
  }
  return { name, kind: kind === "file" && name.endsWith("/") ? "directory" : kind, bytes: size };
}

async function* wholeContent(
  content: AsyncIterable<unknown>,
  entry: GuardedEntry,
  archivePath: string,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== entry.bytes) {
    throw new ArchiveError("truncated", archivePath, "an entry is cut off", { entry: entry.name });
  }
}

/** Names what the parser found wrong; it has no codes. Errors of other kinds come back as they are. */
function tarError(error: unknown, archivePath: string): unknown {
  if (codeOf(error) !== undefined) return error;
  switch (messageOf(error).split(".")[0]) {
    case "Unexpected end of data":
      return new ArchiveError("truncated", archivePath, "its last entry is cut off", { cause: error });
    case "Invalid tar header":
      return new ArchiveError("checksum", archivePath, "the checksum of an entry's header is wrong", { cause: error });
    case "Invalid header":
    case "Header exceeds max size":
      return notATar(archivePath, error);
    default:
      return error;
  }
}

function notATar(archivePath: string, cause?: unknown): ArchiveError {
  return new ArchiveError("damaged", archivePath, "it is no valid tar", { cause });
}
