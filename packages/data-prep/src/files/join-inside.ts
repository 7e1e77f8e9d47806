import { isAbsolute, join, relative, sep } from "node:path";
import { DataPrepError } from "../errors.js";

/** A name from raw data would lead out of its folder. */
export class UnsafePathError extends DataPrepError {
  constructor(directory: string, name: string) {
    super({
      code: "DATA_PREP_UNSAFE_PATH",
      message: `The name ${JSON.stringify(name)} leads out of ${directory}.`,
      hint: "The raw data are damaged or were tampered with; get them anew.",
    });
  }
}

/**
 * Joins names that may come from raw data, never leaving the folder.
 * @throws UnsafePathError for `..` that leads out, absolute names and NUL characters.
 */
export function joinInside(directory: string, parts: readonly string[]): string {
  const path = join(directory, ...parts);
  if (!isWithin(path, directory) || parts.some((part) => isAbsolute(part) || part.includes("\0"))) {
    throw new UnsafePathError(directory, parts.join("/"));
  }
  return path;
}

/** Whether a path is a folder's or lies below it; links are not looked at. */
export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
