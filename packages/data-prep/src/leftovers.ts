import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The names this package uses in a competition's folder beside upstream's `raw`, `prepared` and `<id>.zip`. */
export const NOTE_NAME = ".raw-source.json";
export const PARTIAL_NAME = ".raw-partial";
export const CHECKED_ZIP_NAME = ".zip-md5.json";
export const OLD_RAW_PREFIX = ".raw-old-";
/** Written just before the prepared files get their place: names of the raw files that nobody wants from then on. */
export const RAW_UNWANTED_NAME = ".raw-unwanted";
export const WORK_PREFIX = ".preparing-";
/** Ending of a zip that could not be unpacked; it stays for inspection until a preparation replaces it. */
export const REFUSED_ENDING = ".zip.refused";
/** What the downloads of `@mlebench/kaggle-client` add to a zip's name until it is whole. */
export const UNFINISHED_ENDING = ".part";
const LOCK_NAME = ".mlebench.lock";

/** What speaks of raw files and means nothing once they are removed. */
export const RAW_NOTES = [NOTE_NAME, PARTIAL_NAME, CHECKED_ZIP_NAME] as const;

/** The lock that whoever changes a competition's folder holds. */
export function lockPath(root: string): string {
  return join(root, LOCK_NAME);
}

/** What runs that were killed left in a competition's folder and nobody goes on with. Removed under the lock only. */
export function leftoverNames(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root).filter((name) => {
    const isHalfNote = [...RAW_NOTES, RAW_UNWANTED_NAME].some(
      (note) => name.startsWith(`${note}.`) && name.endsWith(".part"),
    );
    if (name.endsWith(REFUSED_ENDING)) return true;
    return isHalfNote || name === RAW_UNWANTED_NAME || name.startsWith(WORK_PREFIX) || name.startsWith(OLD_RAW_PREFIX);
  });
}
