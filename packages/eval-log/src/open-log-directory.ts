import { access, constants, mkdir, mkdtemp, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { codeOf, messageOf } from "@mlebench/base";
import { EvalLogError } from "./errors.js";

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

/**
 * Proves that a folder is there and can be written to, or can be made: by writing, because permissions say nothing about
 * root, and because Node's own recursive mkdir never ends in /proc.
 * @throws what the file system says, for {@link whyNotWritable}
 */
export async function proveWritable(path: string): Promise<void> {
  let existing = path;
  while (!(await isThere(existing))) existing = dirname(existing);
  await rmdir(await mkdtemp(join(existing, ".mlebench-")));
}

/** Whether there is something at a path. @throws what the file system says, unless that is that nothing is there */
export async function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
}

/** What is wrong with a folder, for a sentence: what {@link proveWritable} or making the folder threw. */
export function whyNotWritable(error: unknown): string {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return "it is not writable";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file is in its place";
  return messageOf(error);
}
