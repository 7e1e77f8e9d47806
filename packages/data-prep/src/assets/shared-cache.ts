import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "@mlebench/base";

/** Reading for everyone; from the folder above whoever else may write, and the bits that keep it so (sticky, group). */
const READABLE_DIRECTORY = 0o755;
const INHERITED = 0o3022;

/**
 * Makes a folder of a cache that several users share, whatever this user's umask is: all may read in it, and those may
 * write that may write in the folder it lies in.
 */
export function makeSharedDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  makeSharedDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process made it meanwhile, and sees to its mode.
    if (codeOf(error) === "EEXIST") return;
    throw error;
  }
  chmodSync(path, READABLE_DIRECTORY | (statSync(parent).mode & INHERITED));
}
