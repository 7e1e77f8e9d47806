import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { DataPrepError } from "./errors.js";
import { isWithin } from "./files/join-inside.js";

/** The folder with raw files and the one that is written to are not apart. */
export class RawDirOverlapError extends DataPrepError {
  constructor(rawDir: string, directory: string, relation: string) {
    super({
      code: "DATA_PREP_RAW_DIR_OVERLAP",
      message: `The raw folder ${rawDir} ${relation} the data directory ${directory}, which is written to.`,
      hint: "Name folders that lie apart. What lies in the data directory as <id>/<id>.zip or <id>/raw is used without --raw-dir.",
    });
  }
}

/**
 * Makes sure that neither of the two folders lies within the other, links followed.
 * @throws RawDirOverlapError
 */
export function requireRawDirApart(rawDir: string, directory: string): void {
  const [raw, data] = [realPath(rawDir), realPath(directory)];
  if (raw === data) throw new RawDirOverlapError(rawDir, directory, "is");
  if (isWithin(data, raw)) throw new RawDirOverlapError(rawDir, directory, "contains");
  if (isWithin(raw, data)) throw new RawDirOverlapError(rawDir, directory, "lies within");
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
