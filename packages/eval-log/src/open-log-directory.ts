import { access, constants, mkdir, mkdtemp, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
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
    throw new EvalLogError({
      code: "EVAL_LOG_DIRECTORY",
      message: `The log folder ${path} can't be used: ${reasonOf(cause)}.`,
      hint: "Give a folder you may write to with --log-dir DIR (or MLEBENCH_LOG_DIR).",
      cause,
    });
  }
  return path;
}

/** By writing, because permissions say nothing about root, and because Node's own recursive mkdir never ends in /proc. */
async function proveWritable(path: string): Promise<void> {
  let existing = path;
  while (!(await isThere(existing))) existing = dirname(existing);
  await rmdir(await mkdtemp(join(existing, ".mlebench-")));
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return "it is not writable";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file is in its place";
  return error instanceof Error ? error.message : String(error);
}
