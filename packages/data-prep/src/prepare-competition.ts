import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { codeOf, type FileLock, type LockOptions, lockFile, messageOf, writeAtomically } from "@mlebench/base";
import { type Checksums, getChecksums, getCompetition } from "@mlebench/competitions";
import { FrameError } from "@mlebench/frame";
import type { ExtractLimits } from "./archives/extract-guard.js";
import { type ChecksumDifference, ChecksumMismatchError, compareChecksums, preparedChecksums } from "./checksums.js";
import { type DataPaths, dataPaths, isPrepared } from "./data-paths.js";
import { DataPrepError } from "./errors.js";
import { openToReaders } from "./files/open-to-readers.js";
import { MissingSourceError } from "./files/place-files.js";
import { leftoverNames, lockPath, RAW_NOTES, RAW_UNWANTED_NAME, WORK_PREFIX } from "./leftovers.js";
import { createPrepareContext, type FetchFile } from "./prepare-context.js";
import type { PrepareProgress, PrepareStage } from "./prepare-progress.js";
import type { Preparer } from "./preparer.js";
import { getPreparer } from "./preparers.js";
import { MissingRawFileError } from "./raw-directory.js";
import { type Downloader, provideRaw, type RawSource } from "./raw-source.js";
import { refusedPath } from "./refused-zip.js";

/** What {@link prepareCompetition} takes. */
export interface PrepareCompetitionOptions {
  /** The data directory; see {@link dataPaths} for its layout. */
  readonly dataDir: string;
  /**
   * A folder with the competition's raw files, or with `<id>.zip`. Its files are linked, never moved or changed.
   * @default the zip or raw folder in the data directory, else a download
   */
  readonly rawDir?: string;
  /** Keep the zip and the unpacked raw files. The user's own `rawDir` is always kept. @default false */
  readonly keepRaw?: boolean;
  /**
   * Remove the zip in the data directory as soon as all of it is unpacked, so that it does not lie beside what the
   * preparer writes. Without it that is done only where the disk is too small for both. Not with `keepRaw`. @default false
   */
  readonly dropZip?: boolean;
  /** Take raw and prepared files as they are. @default false */
  readonly skipVerification?: boolean;
  /** Checksums to verify against, such as a user's own. @default the catalogue's */
  readonly checksums?: Checksums;
  /** The text of `public/description.md`, or where to get it once everything else is done. @default none is written */
  readonly description?: string | Uint8Array | (() => Promise<string | Uint8Array>);
  /** Fetches the zip when there are no raw data. @default no network */
  readonly download?: Downloader;
  /** Bytes that the download will have, to refuse it early on a small disk. */
  readonly downloadBytes?: number;
  /** Fetches what a preparer needs from elsewhere. @default no network */
  readonly fetchFile?: FetchFile;
  /** What the zip may unpack to. */
  readonly limits?: ExtractLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PrepareProgress) => void;
}

/** What {@link prepareCompetition} did. */
export interface PrepareResult {
  readonly competitionId: string;
  /** `already-prepared`: it was there, or another process finished it while this one waited. */
  readonly status: "prepared" | "already-prepared";
  readonly paths: DataPaths;
  /** Whether the files were compared with checksums, now. */
  readonly verified: boolean;
  /** Differences that do not fail a preparation: files whose bytes depend on their writer's version. */
  readonly differences: readonly ChecksumDifference[];
  /** md5 of the prepared files; undefined when they were not computed. */
  readonly checksums?: Pick<Checksums, "public" | "private">;
}

/** The preparer failed on the raw data, or left out what the catalogue promises. */
export class PreparationError extends DataPrepError {
  constructor(
    competitionId: string,
    problem: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super({
      code: "DATA_PREP_FAILED",
      message: `Preparing ${competitionId} failed: ${problem}`,
      hint: options.hint ?? "The raw data are probably damaged, incomplete or of another competition; get them anew.",
      cause: options.cause,
    });
  }
}

/**
 * Makes a competition's data ready: raw files, preparer, checksums, then one rename of `prepared/` into place. Asking
 * again is cheap. Safe against other processes (the second waits and finds the work done) and against being killed at any
 * moment: what was left is removed or gone on with, and `prepared/` is there whole or not at all.
 *
 * Nothing is downloaded unless a downloader is given.
 * @throws DataPrepError of some kind: no or wrong raw data, too little disk, hostile archive, checksums that differ.
 */
export async function prepareCompetition(id: string, options: PrepareCompetitionOptions): Promise<PrepareResult> {
  getCompetition(id);
  const paths = dataPaths(options.dataDir, id);
  const already: PrepareResult = {
    competitionId: id,
    status: "already-prepared",
    paths,
    verified: false,
    differences: [],
  };
  options.signal?.throwIfAborted();
  if ((await isPrepared(id, options.dataDir)) && leftoverNames(paths.root).length === 0) return already;

  const preparer = await getPreparer(id);
  const report = (stage: PrepareStage, done = 0, total?: number, rest: Partial<PrepareProgress> = {}) =>
    options.onProgress?.({ competitionId: id, stage, done, total, ...rest });
  await using _lock = await lockRoot(id, paths, {
    signal: options.signal,
    onWait: (owner) => report("wait", 0, undefined, { waitingFor: owner }),
  });
  const isDone = await isPrepared(id, options.dataDir);
  if (isDone) await removeUnwantedRaw(paths);
  for (const name of leftoverNames(paths.root)) await rm(join(paths.root, name), { recursive: true, force: true });
  if (isDone) return already;
  try {
    return await prepareUnderLock(preparer, paths, options, report);
  } catch (error) {
    throw isDiskFull(error) ? diskFull(id, paths, error) : error;
  }
}

function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

function diskFull(id: string, { root }: DataPaths, cause: unknown): PreparationError {
  return new PreparationError(id, `the disk with ${root} is full.`, {
    hint: "Free some space and run it again; it goes on from what is there.",
    cause,
  });
}

async function lockRoot(id: string, paths: DataPaths, options: LockOptions): Promise<FileLock> {
  const { root } = paths;
  try {
    return await lockFile(lockPath(root), options);
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(id, paths, error);
    const code = codeOf(error);
    if (code === "EEXIST" || code === "ENOTDIR") {
      throw new PreparationError(id, `${root} is no folder.`, {
        hint: "Its data go there: rename what is in its place, or name another data directory.",
        cause: error,
      });
    }
    if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") throw error;
    throw new PreparationError(id, `${root} can't be written to (${code}).`, {
      hint: "It belongs to another user or lies on a read-only disk: let its owner prepare it, or name a data directory of your own.",
      cause: error,
    });
  }
}

type Report = (stage: PrepareStage, done?: number, total?: number, rest?: Partial<PrepareProgress>) => void;

async function prepareUnderLock(
  preparer: Preparer,
  paths: DataPaths,
  options: PrepareCompetitionOptions,
  report: Report,
): Promise<PrepareResult> {
  const { id } = preparer;
  const keepRaw = options.keepRaw ?? false;
  const checksums = options.skipVerification ? undefined : (options.checksums ?? getChecksums(id));
  const zipMd5 = checksums?.zip;
  const raw = await provideRaw({ ...options, competitionId: id, paths, preparer, zipMd5, keepZip: keepRaw, report });

  const work = join(paths.root, `${WORK_PREFIX}${randomBytes(4).toString("hex")}`);
  const prepared = join(work, "prepared");
  try {
    mkdirSync(work);
    await runPreparer(preparer, raw.directory, work, options, report);
    const verification =
      checksums === undefined ? undefined : await verify(preparer, raw, prepared, checksums, options, report);
    await writeDescription(prepared, options);
    requireOutputs(id, prepared, paths);
    const keepsSources = raw.origin?.kind === "folder";
    await openToReaders(join(prepared, "public"), { keepsSources, signal: options.signal });
    options.signal?.throwIfAborted();
    if (existsSync(paths.prepared)) await rename(paths.prepared, join(work, "incomplete"));
    const unwanted = keepRaw ? [] : raw.removable.map((path) => basename(path));
    await writeAtomically(join(paths.root, RAW_UNWANTED_NAME), JSON.stringify(unwanted));
    await rename(prepared, paths.prepared);
    report("clean");
    await removeUnwantedRaw(paths);
    await rm(refusedPath(paths), { force: true });
    return {
      competitionId: id,
      status: "prepared",
      paths,
      verified: verification !== undefined,
      differences: [],
      ...verification,
    };
  } catch (error) {
    throw await withoutWrongRaw(error, raw, paths);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function runPreparer(
  preparer: Preparer,
  rawDirectory: string,
  work: string,
  options: PrepareCompetitionOptions,
  report: Report,
): Promise<void> {
  report("prepare");
  const context = createPrepareContext({
    competitionId: preparer.id,
    rawDirectory,
    publicDirectory: join(work, "prepared", "public"),
    privateDirectory: join(work, "prepared", "private"),
    scratchDirectory: join(work, "scratch"),
    signal: options.signal,
    onProgress: (step, done, total) => report("prepare", done, total, { step }),
    fetchFile: options.fetchFile,
  });
  try {
    await preparer.prepare(context);
  } catch (error) {
    throw explain(error, preparer.id, rawDirectory, context.raw.lastRead);
  }
  await rm(join(work, "scratch"), { recursive: true, force: true });
}

/** Turns what a preparer stumbled over into what is wrong with the raw data. */
function explain(error: unknown, competitionId: string, rawDirectory: string, lastRead: string | undefined): unknown {
  const { name, path } = (error ?? {}) as NodeJS.ErrnoException;
  const missing = MissingSourceError.is(error) || codeOf(error) === "ENOENT" ? path : undefined;
  if (missing?.startsWith(rawDirectory + sep)) {
    return new MissingRawFileError(rawDirectory, [relative(rawDirectory, missing)], { cause: error });
  }
  if (DataPrepError.is(error) || name === "AbortError" || isDiskFull(error)) return error;
  const where = lastRead === undefined ? "" : ` (the file it read last: ${relative(rawDirectory, lastRead)})`;
  const hint = FrameError.is(error) ? error.hint : undefined;
  return new PreparationError(competitionId, messageOf(error) + where, { hint, cause: error });
}

/**
 * Wrong files that came from a folder of the user's are not left in the data directory, where a call without that folder
 * would take them for the competition's own. What was unpacked and only has other checksums may yet be accepted.
 * @returns the error, told about the user's folder.
 */
async function withoutWrongRaw(error: unknown, { origin, removable }: RawSource, paths: DataPaths): Promise<unknown> {
  const isMissing = MissingRawFileError.is(error);
  const isOther = ChecksumMismatchError.is(error) && origin?.kind === "folder";
  if (origin === undefined || !(isMissing || isOther || PreparationError.is(error))) return error;
  const { path } = origin;
  const told = isMissing ? new MissingRawFileError(error.root, error.missing, { origin: path, cause: error }) : error;
  const notes = RAW_NOTES.map((name) => join(paths.root, name));
  for (const made of [...removable, ...notes]) await rm(made, { recursive: true, force: true });
  return told;
}

async function verify(
  preparer: Preparer,
  raw: RawSource,
  prepared: string,
  checksums: Checksums,
  options: PrepareCompetitionOptions,
  report: Report,
): Promise<{ differences: ChecksumDifference[]; checksums: Pick<Checksums, "public" | "private"> }> {
  report("verify");
  const got = await preparedChecksums(prepared, { signal: options.signal });
  const differences = compareChecksums(checksums, got, preparer.writerDependent);
  if (differences.some(({ writerDependent }) => !writerDependent)) {
    throw new ChecksumMismatchError(
      preparer.id,
      differences,
      `The raw data in ${raw.origin?.path ?? raw.directory} differ from those upstream used: get them anew, or accept them with --skip-verification.`,
    );
  }
  return { differences, checksums: got };
}

async function writeDescription(prepared: string, options: PrepareCompetitionOptions): Promise<void> {
  const { description } = options;
  if (description === undefined) return;
  const text = typeof description === "function" ? await description() : description;
  await writeAtomically(join(prepared, "public", "description.md"), text);
}

function requireOutputs(id: string, prepared: string, paths: DataPaths): void {
  const missing = [paths.answers, paths.sampleSubmission]
    .map((path) => relative(paths.prepared, path))
    .filter((name) => !existsSync(join(prepared, name)));
  if (missing.length > 0) {
    throw new PreparationError(id, `its preparer did not write ${missing.join(" and ")}.`, {
      hint: "That is a fault of the preparer, not of the data: please report it.",
    });
  }
}

/** Removes the raw files that the preparation which put the prepared files in place no longer wanted. */
async function removeUnwantedRaw(paths: DataPaths): Promise<void> {
  const note = join(paths.root, RAW_UNWANTED_NAME);
  if (!existsSync(note)) return;
  const unwanted = new Set(await readFile(note, "utf8").then(JSON.parse));
  const notes = unwanted.size === 0 ? [] : RAW_NOTES.map((name) => join(paths.root, name));
  const raw = [paths.raw, paths.zip].filter((path) => unwanted.has(basename(path)));
  for (const path of [...raw, ...notes, note]) await rm(path, { recursive: true, force: true });
}
