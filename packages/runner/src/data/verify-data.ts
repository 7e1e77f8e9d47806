import { type VerifyPreparedResult, verifyPrepared } from "@mlebench/data-prep";
import { expectedChecksums } from "./user-checksums.js";

export interface VerifyDataOptions {
  /** The user's own checksums. @default `checksums.json` in the data directory, where there is one */
  readonly checksumsFile?: string;
  /** Compare with this data directory instead of checksums; parquet by content. */
  readonly against?: string;
  readonly signal?: AbortSignal;
  readonly onStart?: (competitionId: string) => void;
}

/**
 * Compares prepared competitions with the user's own checksums, else with upstream's.
 * @throws DataPrepError when the user's checksums can't be used.
 */
export async function verifyData(
  competitions: readonly string[],
  dataDir: string,
  { checksumsFile, against, signal, onStart }: VerifyDataOptions = {},
): Promise<VerifyPreparedResult[]> {
  const expected = await expectedChecksums(dataDir, checksumsFile);
  const results: VerifyPreparedResult[] = [];
  for (const id of competitions) {
    onStart?.(id);
    results.push(await verifyPrepared(id, dataDir, { checksums: expected(id), against, signal }));
  }
  return results;
}
