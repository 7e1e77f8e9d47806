import { existsSync } from "node:fs";
import {
  type ChecksumDifference,
  dataPaths,
  md5OfFile,
  type VerifyPreparedResult,
  verifyPrepared,
} from "@mlebench/data-prep";
import { UsageError } from "../../errors.js";
import { expectedChecksums } from "./user-checksums.js";

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
