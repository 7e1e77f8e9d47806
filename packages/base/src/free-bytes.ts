import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "./code-of.js";

/** Bytes an ordinary user may still write below a folder, which need not exist yet. */
export async function freeBytes(directory: string): Promise<number> {
  for (let path = directory; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || path === dirname(path)) throw error;
    }
  }
}
