import { access, constants, mkdtemp, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, messageOf } from "@mlebench/base";

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
