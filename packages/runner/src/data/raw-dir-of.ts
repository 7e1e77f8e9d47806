import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where a competition's raw files are in a folder of the user's, which may hold one folder per competition. */
export function rawDirOf(competitionId: string, rawDir: string | undefined): string | undefined {
  if (rawDir === undefined) return undefined;
  const own = join(rawDir, competitionId);
  return existsSync(own) && statSync(own).isDirectory() ? own : rawDir;
}
