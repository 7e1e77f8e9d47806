import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Checksums, getChecksums } from "@mlebench/competitions";
import { readChecksumsFile, updateChecksumsFile, verifyPrepared } from "@mlebench/data-prep";
import { UsageError } from "../../errors.js";

/** The file of a user's own checksums; it wins over upstream's for the competitions that it has. */
export function checksumsPath(dataDir: string, checksumsFile: string | undefined): string {
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
