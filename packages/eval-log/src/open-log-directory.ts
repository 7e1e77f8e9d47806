import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { EvalLogError } from "./errors.js";
import { proveWritable, whyNotWritable } from "./prove-writable.js";

/**
 * Makes the folder of the logs and proves that it can be written to.
 * @returns its absolute path.
 * @throws EvalLogError `EVAL_LOG_DIRECTORY`
 */
export async function openLogDirectory(directory: string): Promise<string> {
  const path = resolve(directory);
  try {
    await proveWritable(path);
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw logDirectoryError(path, cause);
  }
  return path;
}

/** What to throw when a folder of logs cannot be written to. */
export function logDirectoryError(directory: string, cause: unknown): EvalLogError {
  return new EvalLogError({
    code: "EVAL_LOG_DIRECTORY",
    message: `The log folder ${resolve(directory)} can't be used: ${whyNotWritable(cause)}.`,
    hint: "Give a folder you may write to with --log-dir DIR (or MLEBENCH_LOG_DIR).",
    cause,
  });
}
