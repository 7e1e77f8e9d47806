import { readdirSync } from "node:fs";
import { join } from "node:path";
import { compareCodePoints } from "@mlebench/frame";

/** One file or folder below the walked one. */
export interface WalkEntry {
  /** Path relative to the walked folder, parts joined by `/`. */
  readonly name: string;
  /** The whole path. */
  readonly path: string;
  readonly kind: "file" | "directory" | "link" | "other";
}

/**
 * Everything below a folder, depth first, siblings ordered by code point (a folder before its content). Links are
 * reported, never followed. Lazy: a folder of a million files costs one listing at a time.
 */
export function* walkFiles(directory: string, prefix = ""): Generator<WalkEntry, void, undefined> {
  const entries = readdirSync(directory, { withFileTypes: true });
  entries.sort((a, b) => compareCodePoints(a.name, b.name));
  for (const entry of entries) {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      yield { name, path, kind: "directory" };
      yield* walkFiles(path, name);
    } else {
      yield { name, path, kind: entry.isFile() ? "file" : entry.isSymbolicLink() ? "link" : "other" };
    }
  }
}
