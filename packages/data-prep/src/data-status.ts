import { accessSync, constants, existsSync, lstatSync, readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, type LockOwner, lockHolder, messageOf, tryLockFile } from "@mlebench/base";
import { type Checksums, findCompetition, getChecksums, getCompetition } from "@mlebench/competitions";
import { compareCodePoints } from "@mlebench/frame";
import { type ChecksumDifference, compareChecksums, preparedChecksums } from "./checksums.js";
import { compareContent } from "./compare-content.js";
import { dataPaths, isPrepared } from "./data-paths.js";
import { DataPrepError } from "./errors.js";
import { walkFiles } from "./files/walk-files.js";
import { leftoverNames, lockPath, PARTIAL_NAME, RAW_NOTES, UNFINISHED_ENDING } from "./leftovers.js";
import { getPreparer } from "./preparers.js";

/** What a data directory has of one competition. */
export interface CompetitionDataStatus {
  readonly competitionId: string;
  /** `incomplete`: a prepared folder that lacks something; `raw`: only raw files or a zip, perhaps unfinished; `absent`: nothing. */
  readonly state: "prepared" | "incomplete" | "raw" | "absent";
  /** Bytes on disk, a file with several names counted once: with the prepared files, else the raw ones. */
  readonly bytes: {
    readonly prepared: number;
    /** Unfinished ones count here and in `zip` too: the next preparation goes on from there. */
    readonly raw: number;
    readonly zip: number;
    /** What killed runs left and nobody goes on with. */
    readonly leftovers: number;
  };
  readonly hasDescription: boolean;
  /** The process that is preparing it now. */
  readonly lockedBy?: LockOwner;
}

/** The state of the given competitions, or of all that have a folder in the data directory, ordered by id. */
export async function dataStatus(
  dataDir: string,
  options: { readonly competitionIds?: readonly string[]; readonly signal?: AbortSignal } = {},
): Promise<CompetitionDataStatus[]> {
  const statuses: CompetitionDataStatus[] = [];
  for (const id of options.competitionIds ?? competitionsIn(dataDir)) {
    options.signal?.throwIfAborted();
    statuses.push(await statusOf(id, dataDir));
  }
  return statuses;
}

async function statusOf(id: string, dataDir: string): Promise<CompetitionDataStatus> {
  const paths = dataPaths(dataDir, id);
  const seen = new Set<string>();
  const bytes = {
    prepared: bytesOnDisk(paths.prepared, seen),
    raw: bytesOnDisk(paths.raw, seen) + bytesOnDisk(join(paths.root, PARTIAL_NAME), seen),
    zip: bytesOnDisk(paths.zip, seen) + bytesOnDisk(`${paths.zip}${UNFINISHED_ENDING}`, seen),
    leftovers: leftoverNames(paths.root).reduce((sum, name) => sum + bytesOnDisk(join(paths.root, name), seen), 0),
  };
  const hasRaw = existsSync(paths.raw) || bytes.raw + bytes.zip > 0;
  const state = (await isPrepared(id, dataDir))
    ? "prepared"
    : existsSync(paths.prepared)
      ? "incomplete"
      : hasRaw
        ? "raw"
        : "absent";
  const lockedBy = lockHolder(lockPath(paths.root));
  return { competitionId: id, state, bytes, hasDescription: existsSync(paths.description), lockedBy };
}

/** What {@link verifyPrepared} found. */
export interface VerifyPreparedResult {
  readonly competitionId: string;
  /** `unknown`: there are no checksums to compare with. `not-prepared`: not at all, or `differences` tell what is missing. */
  readonly outcome: "equal" | "different" | "not-prepared" | "unknown";
  /** Also lists files whose bytes may differ (`writerDependent`), which alone leave the outcome `equal`. */
  readonly differences: readonly ChecksumDifference[];
  /** md5 of the prepared files, such as a user's own checksums file takes. */
  readonly checksums?: Pick<Checksums, "public" | "private">;
}

/**
 * Compares a prepared competition with checksums again.
 * @param options.checksums @default the catalogue's
 * @param options.against another data directory that has the competition, such as upstream's own. Its files take the place
 * of the checksums; where formats allow equal content in different bytes (parquet), the content is compared.
 */
export async function verifyPrepared(
  id: string,
  dataDir: string,
  options: { readonly checksums?: Checksums; readonly against?: string; readonly signal?: AbortSignal } = {},
): Promise<VerifyPreparedResult> {
  getCompetition(id);
  const { against, signal } = options;
  const isReady = await isPrepared(id, dataDir);
  const { prepared } = dataPaths(dataDir, id);
  if (!isReady && !existsSync(prepared)) return { competitionId: id, outcome: "not-prepared", differences: [] };
  const checksums = await preparedChecksums(prepared, { signal });
  const other = against !== undefined && (await isPrepared(id, against)) ? dataPaths(against, id).prepared : undefined;
  const expected =
    against === undefined
      ? (options.checksums ?? getChecksums(id))
      : other === undefined
        ? undefined
        : await preparedChecksums(other, { signal });
  if (expected === undefined) {
    return { competitionId: id, outcome: isReady ? "unknown" : "not-prepared", differences: [], checksums };
  }
  const { writerDependent } = await getPreparer(id);
  const differences = [];
  for (const difference of compareChecksums(expected, checksums, writerDependent)) {
    signal?.throwIfAborted();
    differences.push(other === undefined ? difference : await withContent(difference, prepared, other));
  }
  const isDifferent = differences.some(({ content, writerDependent }) =>
    content === undefined ? !writerDependent : content === "different",
  );
  const outcome = !isReady ? "not-prepared" : isDifferent ? "different" : "equal";
  return { competitionId: id, outcome, differences, checksums };
}

async function withContent(difference: ChecksumDifference, ours: string, other: string): Promise<ChecksumDifference> {
  const { file, expected, got } = difference;
  if (expected === undefined || got === undefined) return difference;
  const found = await compareContent(join(ours, file), join(other, file));
  if (found === undefined) return difference;
  if (found.content === "equal") return { ...difference, content: "equal" };
  return { ...difference, content: "different", contentDifference: found.reason };
}

/** One thing {@link pruneData} removed, or would. */
export interface PrunedPath {
  readonly competitionId: string;
  readonly path: string;
  /** Bytes that become free: what other names still hold is not counted. */
  readonly bytes: number;
}

/** What {@link pruneData} removed, or would, and what it left alone. */
export interface PruneResult {
  readonly removed: readonly PrunedPath[];
  /** Competitions left alone because a process is preparing them. */
  readonly inUse: readonly { readonly competitionId: string; readonly holder: LockOwner }[];
  /** Competitions left alone because this user may not write in their folders. */
  readonly notWritable: readonly string[];
}

/**
 * Frees what no run needs: zip and raw files of prepared competitions, and what killed runs left. Prepared files, and raw
 * files that are not prepared yet, stay.
 * @param options.dryRun only says what it would remove. @default false
 */
export async function pruneData(
  dataDir: string,
  options: {
    readonly competitionIds?: readonly string[];
    readonly dryRun?: boolean;
    readonly signal?: AbortSignal;
  } = {},
): Promise<PruneResult> {
  const removed: PrunedPath[] = [];
  const inUse: { competitionId: string; holder: LockOwner }[] = [];
  const notWritable: string[] = [];
  for (const id of options.competitionIds ?? competitionsIn(dataDir)) {
    options.signal?.throwIfAborted();
    const paths = dataPaths(dataDir, id);
    if (!existsSync(paths.root)) continue;
    if (!isWritable(paths.root)) {
      notWritable.push(id);
      continue;
    }
    const attempt = tryLockFile(lockPath(paths.root));
    if (attempt.lock === undefined) {
      inUse.push({ competitionId: id, holder: attempt.holder });
      continue;
    }
    await using _lock = attempt.lock;
    const candidates = leftoverNames(paths.root).map((name) => join(paths.root, name));
    if (await isPrepared(id, dataDir)) {
      const unfinished = [UNFINISHED_ENDING, `${UNFINISHED_ENDING}.json`].map((ending) => `${paths.zip}${ending}`);
      candidates.push(paths.raw, paths.zip, ...unfinished, ...RAW_NOTES.map((name) => join(paths.root, name)));
    }
    const seen = new Set<string>();
    bytesOnDisk(paths.prepared, seen);
    for (const path of candidates) {
      if (!existsSync(path)) continue;
      removed.push({ competitionId: id, path, bytes: bytesOnDisk(path, seen) });
      if (options.dryRun !== true) await rm(path, { recursive: true, force: true });
    }
  }
  return { removed, inUse, notWritable };
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function competitionsIn(dataDir: string): string[] {
  return (
    namesIn(dataDir)
      .filter((name) => findCompetition(name) !== undefined)
      // A file of the user's may be called like a competition.
      .filter((name) => statSync(join(dataDir, name), { throwIfNoEntry: false })?.isDirectory())
      .sort(compareCodePoints)
  );
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT") return [];
    const reason = code === "ENOTDIR" ? "a file is in its place" : messageOf(cause);
    throw new DataPrepError({
      code: "DATA_PREP_DATA_DIRECTORY",
      message: `The data directory ${directory} can't be read: ${reason}.`,
      hint: "Give the folder of the prepared competitions.",
      cause,
    });
  }
}

/** Bytes of a file or folder; files seen before under another name count nothing. */
function bytesOnDisk(path: string, seen: Set<string>): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return ownBytes(path, seen);
  let sum = 0;
  for (const entry of walkFiles(path)) if (entry.kind === "file") sum += ownBytes(entry.path, seen);
  return sum;
}

function ownBytes(path: string, seen: Set<string>): number {
  const { dev, ino, size } = lstatSync(path);
  const inode = `${dev}:${ino}`;
  if (seen.has(inode)) return 0;
  seen.add(inode);
  return size;
}
