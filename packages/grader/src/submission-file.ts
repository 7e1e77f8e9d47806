import { lstat } from "node:fs/promises";
import { extname } from "node:path";
import { codeOf } from "@mlebench/base";
import { SubmissionUnreadableError } from "./errors.js";

/** What {@link inspectSubmissionFile} found. */
type SubmissionFile =
  | { readonly exists: true; readonly bytes: number }
  | { readonly exists: false; readonly reason: string };

/**
 * Whether there is a submission: a regular file named `*.csv` (any letter case). Links are not followed, because a
 * submission comes from an agent.
 * @throws SubmissionUnreadableError where the file system does not even say what is there.
 */
export async function inspectSubmissionFile(path: string): Promise<SubmissionFile> {
  const missing = (reason: string): SubmissionFile => ({ exists: false, reason });
  let status: Awaited<ReturnType<typeof lstat>>;
  try {
    status = await lstat(path);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return missing(`There is no submission file at ${path}.`);
    throw new SubmissionUnreadableError(path, { cause });
  }
  if (status.isDirectory()) return missing(`The submission ${path} is a folder; it must be a CSV file.`);
  if (status.isSymbolicLink()) return missing(`The submission ${path} is a link; it must be a regular file.`);
  if (!status.isFile()) return missing(`The submission ${path} is not a regular file.`);
  if (extname(path).toLowerCase() !== ".csv") return missing(`The submission ${path} must have a name ending in .csv.`);
  return { exists: true, bytes: status.size };
}
