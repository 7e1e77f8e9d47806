import type { StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./code-of.js";

/** What is never filled by what others send: so much of the disk, or this share of it when that is less. */
const RESERVE_BYTES = 5 * 2 ** 30;
const RESERVE_SHARE = 0.05;

/** Bytes that may be filled below a folder: what is free but for a reserve of 5 GiB, or 5 % of a smaller disk. */
export async function usableBytes(directory: string): Promise<number> {
  const { bavail, bsize, blocks } = await statfsOf(directory);
  return Math.max(0, bavail * bsize - Math.min(RESERVE_BYTES, RESERVE_SHARE * blocks * bsize));
}

/** Bytes an ordinary user may still write below a folder, which need not exist yet. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfsOf(directory);
  return bavail * bsize;
}

/** The disk of a folder or, while that does not exist, of the one above. */
async function statfsOf(directory: string): Promise<StatsFs> {
  for (let path = directory; ; path = dirname(path)) {
    try {
      return await statfs(path);
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || path === dirname(path)) throw error;
    }
  }
}
