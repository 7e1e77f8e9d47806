import { type FileHandle, open } from "node:fs/promises";
import { EvalLogError } from "./errors.js";
import { HEADER, REDUCTIONS, SUMMARIES } from "./member-names.js";
import { openEvalLog } from "./open-eval-log.js";
import { requireNothingThere } from "./require-regular-file.js";
import { readSeal } from "./seal/seal.js";
import { sealMember, sealPosition } from "./seal/seal-names.js";
import { ZipAppender, type ZipMember } from "./zip/zip-appender.js";
import { decodeLocalHeader, LOCAL_HEADER_BYTES, type ZipEntry } from "./zip/zip-format.js";
import { ZipReader } from "./zip/zip-reader.js";

/** Members are written in batches of about this size. */
const BATCH_BYTES = 32 * 1024 * 1024;

/** What could be saved of a damaged log. */
export interface RecoverResult {
  readonly path: string;
  /** Samples that were saved. */
  readonly samples: number;
  /** Bytes at the end of the damaged file that nothing could be made of. */
  readonly lostBytes: number;
}

/**
 * Saves what is whole of a log that was cut short, for instance by a copy that was interrupted: every member whose
 * header, bytes and checksum are there goes to a new log, which reads as started and can be resumed.
 * @throws EvalLogError when not even the start of the log is there, or the path to write exists.
 */
export async function recoverEvalLog(damagedPath: string, toPath: string): Promise<RecoverResult> {
  requireNothingThere(toPath, "Choose another name for the recovered log.");
  await using handle = await open(damagedPath, "r");
  const { size } = await handle.stat();
  const { entries, end } = await scanMembers(handle, size);
  const zip = await ZipAppender.create(toPath);
  try {
    let members: ZipMember[] = [];
    let bytes = 0;
    for (const { entry, start } of entries) {
      // What marks a log as finished is left out, for it may be about samples that are lost.
      if ([HEADER, SUMMARIES, REDUCTIONS].includes(entry.name)) continue;
      const compressed = Buffer.alloc(entry.compressedSize);
      await handle.read(compressed, 0, compressed.length, start);
      members.push({ entry, compressed });
      bytes += compressed.length;
      if (bytes >= BATCH_BYTES) {
        await zip.append(members);
        members = [];
        bytes = 0;
      }
    }
    await zip.append(members);
    await dropUnreadable(toPath, zip);
    await dropSealOfEnd(toPath, zip);
  } finally {
    await zip.close();
  }
  await using log = await openEvalLog(toPath);
  return { path: toPath, samples: log.sampleKeys().length, lostBytes: size - end };
}

async function scanMembers(
  handle: FileHandle,
  size: number,
): Promise<{ entries: { entry: ZipEntry; start: number }[]; end: number }> {
  const entries: { entry: ZipEntry; start: number }[] = [];
  let offset = 0;
  while (offset + LOCAL_HEADER_BYTES <= size) {
    // Names and extra fields have at most 64 KiB each.
    const bytes = Buffer.alloc(Math.min(LOCAL_HEADER_BYTES + 2 * 65536, size - offset));
    await handle.read(bytes, 0, bytes.length, offset);
    const decoded = decodeLocalHeader(bytes, offset);
    if (!decoded || offset + decoded.headerBytes + decoded.entry.compressedSize > size) break;
    const start = offset + decoded.headerBytes;
    entries.push({ entry: decoded.entry, start });
    offset = start + decoded.entry.compressedSize;
  }
  return { entries, end: offset };
}

/** A member may be whole by its length and yet damaged. */
async function dropUnreadable(path: string, zip: ZipAppender): Promise<void> {
  await using reader = await ZipReader.open(path);
  const unreadable: string[] = [];
  for (const name of reader.entries.keys()) {
    await reader.read(name).catch((error: unknown) => {
      if (!EvalLogError.is(error)) throw error;
      unreadable.push(name);
    });
  }
  if (unreadable.length > 0) await zip.append([], { remove: unreadable });
}

/** The seals are kept, for they are of whoever wrote the log; the one of its end is of what is left out here. */
async function dropSealOfEnd(path: string, zip: ZipAppender): Promise<void> {
  const last = Math.max(0, ...[...zip.names].map((name) => sealPosition(name) ?? 0));
  if (last === 0) return;
  await using reader = await ZipReader.open(path);
  const { body } = readSeal((await reader.read(sealMember(last))).toString("utf8"));
  if (body?.members.some(({ name }) => name === HEADER)) await zip.append([], { remove: [sealMember(last)] });
}
