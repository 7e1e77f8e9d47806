import { randomBytes } from "node:crypto";
import { chmodSync, constants, copyFileSync, lstatSync, renameSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { walkFiles } from "./walk-files.js";

const FILE_READERS = 0o444;
const FOLDER_READERS = 0o555;
const SLICE_MILLISECONDS = 15;

/**
 * Lets everybody read a folder and all below it, whatever the umask was: an agent's user in a container is another one
 * than the owner. Who may write stays as it is.
 * @param options.keepsSources files that have another name elsewhere belong to somebody, whose modes are not changed:
 * such a file that is not readable becomes a copy.
 */
export async function openToReaders(
  directory: string,
  options: { readonly keepsSources: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  addMode(directory, lstatSync(directory).mode, FOLDER_READERS);
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  for (const { path, kind } of walkFiles(directory)) {
    const { mode, nlink } = lstatSync(path);
    if (kind === "directory") addMode(path, mode, FOLDER_READERS);
    if (kind === "file" && (mode & FILE_READERS) !== FILE_READERS) {
      if (options.keepsSources && nlink > 1) replaceByCopy(path);
      addMode(path, mode, FILE_READERS);
    }
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    options.signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MILLISECONDS;
  }
}

function addMode(path: string, mode: number, wanted: number): void {
  if ((mode & wanted) !== wanted) chmodSync(path, (mode & 0o777) | wanted);
}

function replaceByCopy(path: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}.draft`;
  copyFileSync(path, draft, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  renameSync(draft, path);
}
