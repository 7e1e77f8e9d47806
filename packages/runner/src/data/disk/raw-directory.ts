import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { RawDirOverlapError, requireRawDirApart } from "@mlebench/data-prep";
import { UsageError } from "../../errors.js";

/** Where a competition's raw files are in a folder of the user's, which may hold one folder per competition. */
export function rawDirOf(competitionId: string, rawDir: string | undefined): string | undefined {
  if (rawDir === undefined) return undefined;
  const own = join(rawDir, competitionId);
  return existsSync(own) && statSync(own).isDirectory() ? own : rawDir;
}

/**
 * A folder of the user's raw files must not be one that a preparation makes and removes.
 * @throws UsageError
 */
export function requireApart(rawDir: string, dataDir: string): void {
  try {
    requireRawDirApart(rawDir, dataDir);
  } catch (error) {
    if (!RawDirOverlapError.is(error)) throw error;
    const { message, hint } = error;
    throw new UsageError({ message, hint, cause: error });
  }
}
