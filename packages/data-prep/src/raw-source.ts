import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { freeBytes, parseJson, writeAtomically } from "@mlebench/base";
import { z } from "zod";
import { extract } from "./archives/extract.js";
import { extractZip } from "./archives/extract-zip.js";
import { ChecksumMismatchError, md5OfFile } from "./checksums.js";
import { type DataPaths, holdsSomething } from "./data-paths.js";
import { planDiskForFolder, planDiskForZip } from "./disk-plan.js";
import { DataPrepError } from "./errors.js";
import { placeTree } from "./files/place-files.js";
import { requireFreeBytes } from "./files/require-free-bytes.js";
import { CHECKED_ZIP_NAME, NOTE_NAME, OLD_RAW_PREFIX, PARTIAL_NAME } from "./leftovers.js";
import type { PrepareCompetitionOptions } from "./prepare-competition.js";
import type { PrepareStage } from "./prepare-progress.js";
import type { Preparer } from "./preparer.js";
import { requireRawDirApart } from "./raw-dir-overlap.js";
import { isRefusal, putBackZip, setAsideZip, ZipNotReplacedError } from "./refused-zip.js";

/**
 * Fetches a competition's zip into a folder and returns its path. Expected to go on where an earlier try stopped and to
 * give the file its name only when it is whole.
 */
export type Downloader = (
  competitionId: string,
  directory: string,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total?: number) => void;
  },
) => Promise<string>;

/** There is nothing to prepare from. */
export class NoRawDataError extends DataPrepError {
  constructor(message: string, hint: string, cause?: unknown) {
    super({ code: "DATA_PREP_NO_RAW_DATA", message, hint, cause });
  }
}

export interface RawSourceOptions
  extends Pick<PrepareCompetitionOptions, "rawDir" | "download" | "downloadBytes" | "dropZip" | "limits" | "signal"> {
  readonly competitionId: string;
  readonly paths: DataPaths;
  readonly preparer: Preparer;
  /** The zip's expected md5; undefined skips the check. */
  readonly zipMd5?: string;
  /** Otherwise the zip is removed once it is unpacked when the disk is too small for both. */
  readonly keepZip: boolean;
  readonly report: (stage: PrepareStage, done: number, total?: number) => void;
}

/** The unpacked raw files and what may be deleted of them afterwards. */
export interface RawSource {
  readonly directory: string;
  /** Paths this package made and may remove: the raw folder, the zip in the data directory. Never the user's own. */
  readonly removable: readonly string[];
  /** What of the user's the raw folder was made from. */
  readonly origin?: { readonly kind: "zip" | "folder"; readonly path: string };
}

/** What a raw folder was made from; stands beside it. A folder without such a note is somebody else's. */
const RawNote = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("zip"), bytes: z.number(), mtimeMs: z.number() }),
  z.object({ kind: z.literal("folder"), path: z.string() }),
]);
type RawNote = z.infer<typeof RawNote>;

/**
 * Sees to it that the raw files lie unpacked in one folder: from the user's folder or zip, else from the zip in the data
 * directory, else from a raw folder that is there, else by download. `raw/` only ever appears whole: it is filled under
 * another name, which a later run goes on with, and renamed.
 */
export async function provideRaw(options: RawSourceOptions): Promise<RawSource> {
  const { competitionId, paths, rawDir } = options;
  if (rawDir !== undefined) return await fromUser(resolve(rawDir), options);
  if (existsSync(paths.zip)) return await fromZipThere(options);
  if (await holdsSomething(paths.raw)) {
    const isOurs = (await readNote(paths.root)) !== undefined;
    return { directory: paths.raw, removable: isOurs ? [paths.raw] : [] };
  }
  if (options.download === undefined) {
    throw new NoRawDataError(
      `There are no raw data of ${competitionId} in ${paths.root}.`,
      `Put ${competitionId}.zip there, name a folder that has it (--raw-dir), or allow the download.`,
    );
  }
  await download(options.download, options);
  return await fromFreshZip(options);
}

/** From the zip that lies in the data directory; one that cannot be unpacked is downloaded again where that is possible. */
async function fromZipThere(options: RawSourceOptions): Promise<RawSource> {
  const { paths } = options;
  try {
    return await fromZip(paths.zip, options);
  } catch (refusal) {
    if (options.download === undefined || !isRefusal(refusal, paths)) throw refusal;
    await setAsideZip(paths);
    try {
      await download(options.download, options);
    } catch (failure) {
      options.signal?.throwIfAborted();
      await putBackZip(paths);
      throw new ZipNotReplacedError(refusal, failure);
    }
    return await fromFreshZip(options);
  }
}

async function fromFreshZip(options: RawSourceOptions): Promise<RawSource> {
  const { paths } = options;
  try {
    return await fromZip(paths.zip, options);
  } catch (error) {
    // It would fail every further run; the next one downloads it anew.
    if (isRefusal(error, paths)) await setAsideZip(paths);
    throw error;
  }
}

async function fromUser(rawDir: string, options: RawSourceOptions): Promise<RawSource> {
  const { competitionId, paths } = options;
  if (!(await holdsSomething(rawDir))) {
    const stats = statSync(rawDir, { throwIfNoEntry: false });
    const problem = stats === undefined ? "does not exist" : stats.isDirectory() ? "is empty" : "is no folder";
    throw new NoRawDataError(
      `The raw folder ${rawDir} ${problem}.`,
      `It must hold the raw files of ${competitionId}, or ${competitionId}.zip.`,
    );
  }
  if (existsSync(paths.raw) && (await realpath(rawDir)) === (await realpath(paths.raw))) {
    return { directory: paths.raw, removable: [] };
  }
  requireRawDirApart(rawDir, paths.root);
  const zip = join(rawDir, `${competitionId}.zip`);
  if (existsSync(zip)) return { ...(await fromZip(zip, options)), origin: { kind: "zip", path: zip } };
  const partial = join(paths.root, PARTIAL_NAME);
  await rm(partial, { recursive: true, force: true });
  const { neededBytes } = planDiskForFolder(options.preparer, rawDir, paths.root);
  await requireFreeBytes(paths.root, neededBytes, `Preparing ${competitionId}`);
  await placeTree(rawDir, partial, {
    signal: options.signal,
    onProgress: (done) => options.report("unpack", done),
  });
  await becomeRaw(partial, paths, { kind: "folder", path: rawDir });
  return { directory: paths.raw, removable: [paths.raw], origin: { kind: "folder", path: rawDir } };
}

async function fromZip(zip: string, options: RawSourceOptions): Promise<RawSource> {
  const { competitionId, paths, preparer } = options;
  const { size, mtimeMs } = await stat(zip);
  const note: RawNote = { kind: "zip", bytes: size, mtimeMs };
  const isOurs = zip === paths.zip && options.rawDir === undefined;
  const ownZip = isOurs ? [paths.zip] : [];
  const made = await readNote(paths.root);
  const isSame = made !== undefined && JSON.stringify(made) === JSON.stringify(note);
  if (isSame && (await holdsSomething(paths.raw))) {
    return { directory: paths.raw, removable: [paths.raw, ...ownZip] };
  }
  if (options.zipMd5 !== undefined) await checkZip(zip, options.zipMd5, options);

  const partial = join(paths.root, PARTIAL_NAME);
  if (existsSync(partial) && !isSame) await rm(partial, { recursive: true, force: true });
  if (existsSync(paths.raw)) {
    // A raw folder of upstream's, perhaps cut off: what is complete in it is not unpacked again.
    if (made === undefined) await rename(paths.raw, partial);
    else await rm(paths.raw, { recursive: true, force: true });
  }
  await writeNote(paths.root, note);
  const plan = await planDiskForZip(preparer, zip, partial);
  const mayDropZip = isOurs && !options.keepZip;
  const dropsZip = mayDropZip && (options.dropZip === true || (await freeBytes(paths.root)) < plan.neededBytes);
  const neededBytes = dropsZip ? plan.neededWithoutZipBytes : plan.neededBytes;
  await requireFreeBytes(paths.root, neededBytes, `Unpacking and preparing ${competitionId}`);
  await extract(zip, partial, {
    ...options.limits,
    resume: true,
    signal: options.signal,
    onProgress: ({ bytes, totalBytes }) => options.report("unpack", bytes, totalBytes),
  });
  await becomeRaw(partial, paths, note);
  if (dropsZip) await rm(zip);
  return { directory: paths.raw, removable: [paths.raw, ...ownZip] };
}

async function download(downloader: Downloader, options: RawSourceOptions): Promise<void> {
  const { competitionId, paths, downloadBytes } = options;
  // Unpacked they take at least as much again; the exact sum is known once the zip is there.
  if (downloadBytes !== undefined) {
    await requireFreeBytes(paths.root, 2 * downloadBytes, `Downloading and unpacking ${competitionId}`);
  }
  options.report("download", 0, downloadBytes);
  const path = await downloader(competitionId, paths.root, {
    signal: options.signal,
    onProgress: (done, total) => options.report("download", done, total),
  });
  if (resolve(path) !== paths.zip) await rename(path, paths.zip);
}

async function checkZip(zip: string, expected: string, options: RawSourceOptions): Promise<void> {
  const got = await zipMd5(zip, options);
  if (got === expected) return;
  // Bytes that differ because they are damaged are told as such, with the entry at fault.
  await extractZip(zip, undefined, {
    signal: options.signal,
    onProgress: ({ bytes, totalBytes }) => options.report("check-download", bytes, totalBytes),
  });
  const file = `${options.competitionId}.zip`;
  throw new ChecksumMismatchError(
    options.competitionId,
    [{ file, expected, got, writerDependent: false }],
    `It is whole, so Kaggle has probably packed it anew: --skip-verification accepts it, --overwrite-checksums also writes its checksums down as yours, and deleting ${zip} downloads it again.`,
  );
}

const CheckedZip = z.object({ bytes: z.number(), mtimeMs: z.number(), md5: z.string() });

/** md5 of the zip, remembered beside it: reading hundreds of gigabytes again after an interruption would take long. */
async function zipMd5(zip: string, options: RawSourceOptions): Promise<string> {
  const { size: bytes, mtimeMs } = await stat(zip);
  const memory = join(options.paths.root, CHECKED_ZIP_NAME);
  const known = CheckedZip.safeParse(await readJson(memory));
  if (known.success && known.data.bytes === bytes && known.data.mtimeMs === mtimeMs) return known.data.md5;
  const md5 = await md5OfFile(zip, {
    signal: options.signal,
    onProgress: (done) => options.report("check-download", done, bytes),
  });
  await writeAtomically(memory, JSON.stringify({ bytes, mtimeMs, md5 }));
  return md5;
}

async function becomeRaw(partial: string, paths: DataPaths, note: RawNote): Promise<void> {
  await writeNote(paths.root, note);
  if (existsSync(paths.raw)) {
    const old = join(paths.root, `${OLD_RAW_PREFIX}${randomBytes(4).toString("hex")}`);
    await rename(paths.raw, old);
    await rename(partial, paths.raw);
    await rm(old, { recursive: true, force: true });
  } else {
    await rename(partial, paths.raw);
  }
}

async function readNote(root: string): Promise<RawNote | undefined> {
  return RawNote.safeParse(await readJson(join(root, NOTE_NAME))).data;
}

async function writeNote(root: string, note: RawNote): Promise<void> {
  await writeAtomically(join(root, NOTE_NAME), JSON.stringify(note));
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readFile(path, "utf8").catch(() => ""));
}
