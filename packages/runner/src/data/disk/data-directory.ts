import { access, constants, mkdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { isThere, proveWritable, whyNotWritable } from "@mlebench/eval-log";
import envPaths from "env-paths";
import { DataDirectoryError, RunnerError } from "../../errors.js";

/** The user's cache folder for mlebench. */
export function cacheDirectory(): string {
  const { cache } = envPaths("mlebench", { suffix: "" });
  // An empty HOME must not scatter folders over wherever a command is called.
  return isAbsolute(cache) ? cache : join(userInfo().homedir, ".cache", "mlebench");
}

/** `data` in the user's cache folder for mlebench, for example `~/.cache/mlebench/data`. */
export function defaultDataDirectory(): string {
  return join(cacheDirectory(), "data");
}

/** Where it is kept which rules an account has accepted; no names, no keys. */
export function rulesCacheFile(): string {
  return join(cacheDirectory(), "rules-accepted.json");
}

/** `compose` in the user's cache folder: the generated compose files, one per competition and configuration. */
export function composeDirectory(): string {
  return join(cacheDirectory(), "compose");
}

/**
 * Makes the data directory and proves that it can be written to.
 * @param options.mayBeReadOnly one that is there and can be read is enough, as when all is prepared in it already.
 * @returns its absolute path.
 * @throws DataDirectoryError
 */
export async function openDataDirectory(
  directory: string,
  options: { readonly mayBeReadOnly?: boolean } = {},
): Promise<string> {
  const path = resolve(directory);
  try {
    if (!(options.mayBeReadOnly && (await isThere(path)))) await proveWritable(path);
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.X_OK);
  } catch (cause) {
    throw new DataDirectoryError(path, whyNotWritable(cause), { cause });
  }
  return path;
}

/**
 * Proves before the work begins that its results can be written to a folder; makes nothing yet.
 * @throws RunnerError `RUNNER_OUTPUT_DIR`
 */
export async function checkOutputDirectory(directory: string): Promise<void> {
  try {
    await proveWritable(directory);
  } catch (cause) {
    throw new RunnerError({
      code: "RUNNER_OUTPUT_DIR",
      message: `The output folder ${directory} can't be used: ${whyNotWritable(cause)}.`,
      hint: "Give a folder you may write to; it is made when it is missing.",
      cause,
    });
  }
}
