import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Checksums, getChecksums } from "@mlebench/competitions";
import {
  type ChecksumDifference,
  dataPaths,
  md5OfFile,
  readChecksumsFile,
  updateChecksumsFile,
  type VerifyPreparedResult,
  verifyPrepared,
} from "@mlebench/data-prep";
import { UsageError } from "../../errors.js";

/** What {@link verifyData} takes. */
export interface VerifyDataOptions {
  /** The user's own checksums. @default `checksums.json` in the data directory, where there is one */
  readonly checksumsFile?: string;
  /** Compare with this data directory instead of checksums; parquet by content. */
  readonly against?: string;
  readonly signal?: AbortSignal;
  readonly onStart?: (competitionId: string) => void;
}

/**
 * Compares prepared competitions, and zips that were kept, with the user's own checksums, else with upstream's.
 * @throws DataPrepError when the user's checksums cannot be used.
 */
export async function verifyData(
  competitions: readonly string[],
  dataDir: string,
  { checksumsFile, against, signal, onStart }: VerifyDataOptions = {},
): Promise<VerifyPreparedResult[]> {
  if (against !== undefined && !existsSync(against)) {
    throw new UsageError({
      message: `There is no data directory ${against} to compare with.`,
      hint: "Give a folder that holds <id>/prepared/ for each competition.",
    });
  }
  const expected = await expectedChecksums(dataDir, checksumsFile);
  const results: VerifyPreparedResult[] = [];
  for (const id of competitions) {
    onStart?.(id);
    const checksums = expected(id);
    const result = await verifyPrepared(id, dataDir, { checksums, against, signal });
    const zip = against === undefined ? await zipDifference(id, dataDir, checksums?.zip, signal) : [];
    const outcome = zip.length > 0 && result.outcome === "equal" ? "different" : result.outcome;
    results.push({ ...result, outcome, differences: [...zip, ...result.differences] });
  }
  return results;
}

async function zipDifference(
  id: string,
  dataDir: string,
  expected: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ChecksumDifference[]> {
  const { zip } = dataPaths(dataDir, id);
  if (expected === undefined || !existsSync(zip)) return [];
  const got = await md5OfFile(zip, { signal });
  return got === expected ? [] : [{ file: `${id}.zip`, expected, got, writerDependent: false }];
}

/** The file of a user's own checksums; it wins over upstream's for the competitions that it has. */
function checksumsPath(dataDir: string, checksumsFile: string | undefined): string {
  return checksumsFile ?? join(dataDir, "checksums.json");
}

/**
 * What to compare a competition with.
 * @param checksumsFile one that is named must be there.
 * @throws DataPrepError when the user's file cannot be used; UsageError when there is none.
 */
export async function expectedChecksums(
  dataDir: string,
  checksumsFile?: string,
): Promise<(competitionId: string) => Checksums | undefined> {
  if (checksumsFile !== undefined && !existsSync(checksumsFile)) {
    throw new UsageError({
      message: `There is no checksums file ${checksumsFile}.`,
      hint: "Check the path; `mlebench prepare --overwrite-checksums` writes one.",
    });
  }
  const own = await readChecksumsFile(checksumsPath(dataDir, checksumsFile));
  return (competitionId) => own.get(competitionId) ?? getChecksums(competitionId);
}

/** Writes down what a prepared competition has, as what is expected from now on. */
export async function recordChecksums(
  competitionId: string,
  options: {
    readonly dataDir: string;
    readonly checksumsFile?: string;
    /** Of the zip that it was prepared from, when known. */
    readonly zip?: string;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const { dataDir, signal } = options;
  const path = checksumsPath(dataDir, options.checksumsFile);
  const { checksums } = await verifyPrepared(competitionId, dataDir, { signal });
  if (!checksums) return;
  const zip = options.zip ?? (await readChecksumsFile(path)).get(competitionId)?.zip;
  await updateChecksumsFile(path, competitionId, { zip, ...checksums });
}
