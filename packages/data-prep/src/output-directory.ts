import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { joinInside } from "./files/join-inside.js";

/** A folder that a preparer fills. Folders come to be when they are asked for. */
export class OutputDirectory {
  readonly path: string;
  readonly #made = new Set<string>();

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  /** The path of a file to write, its folder made. */
  file(...parts: string[]): string {
    const path = this.join(...parts);
    const directory = dirname(path);
    if (!this.#made.has(directory)) {
      mkdirSync(directory, { recursive: true });
      this.#made.add(directory);
    }
    return path;
  }

  /** A folder below this one, made. */
  dir(...parts: string[]): OutputDirectory {
    return new OutputDirectory(this.join(...parts));
  }

  /** A path inside of the folder; nothing is made. Enough for bulk placing, which makes folders itself. */
  join(...parts: string[]): string {
    return joinInside(this.path, parts);
  }
}
