import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@mlebench/base";
import { ArchiveError } from "./archives/archive-error.js";
import type { DataPaths } from "./data-paths.js";
import { DataPrepError } from "./errors.js";
import { RAW_NOTES, REFUSED_ENDING } from "./leftovers.js";

/** The zip in the data directory cannot be unpacked, and another could not be fetched in its place. */
export class ZipNotReplacedError extends DataPrepError {
  constructor(refusal: ArchiveError, failure: unknown) {
    const hint = (failure as { readonly hint?: unknown } | undefined)?.hint;
    super({
      code: refusal.code,
      message: `${refusal.message} Downloading it again failed: ${messageOf(failure)}`,
      hint: typeof hint === "string" ? hint : refusal.hint,
      cause: failure,
    });
  }
}

/** Whether an error says that the zip in the data directory is of no use, however often it is tried. */
export function isRefusal(error: unknown, paths: DataPaths): error is ArchiveError {
  return (
    ArchiveError.is(error) && error.archivePath === paths.zip && error.reason !== "limit" && error.reason !== "room"
  );
}

/** Takes the zip out of the way, with all that is known of it, so that another can be downloaded. */
export async function setAsideZip(paths: DataPaths): Promise<void> {
  // The notes first: a killed run must not leave them for a zip of the same size and date.
  for (const name of RAW_NOTES) await rm(join(paths.root, name), { recursive: true, force: true });
  await rename(paths.zip, refusedPath(paths));
}

/** Undoes {@link setAsideZip} where nothing took the zip's place. */
export async function putBackZip(paths: DataPaths): Promise<void> {
  if (existsSync(refusedPath(paths)) && !existsSync(paths.zip)) await rename(refusedPath(paths), paths.zip);
}

/** Where {@link setAsideZip} puts it. */
export function refusedPath({ zip }: DataPaths): string {
  return zip.replace(/\.zip$/, REFUSED_ENDING);
}
