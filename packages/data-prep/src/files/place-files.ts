import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { codeOf } from "@mlebench/base";
import { DataPrepError } from "../errors.js";
import { walkFiles } from "./walk-files.js";

/** A file and the path it shall also have. */
export interface Placement {
  readonly from: string;
  readonly to: string;
}

/** How files are brought to another folder. */
export interface PlaceOptions {
  readonly signal?: AbortSignal;
  /** Called every few milliseconds of work with the number of files placed so far. */
  readonly onProgress?: (done: number) => void;
}

/** How many files came there in which way. */
export interface PlaceResult {
  readonly linked: number;
  readonly copied: number;
  /** Bytes that the copies took (on a file system with reflinks they take none). */
  readonly copiedBytes: number;
}

/** A file that should be placed is not there, or is not a file. */
export class MissingSourceError extends DataPrepError {
  readonly path: string;

  constructor(path: string, options: { readonly found?: string; readonly cause?: unknown } = {}) {
    super({
      code: "DATA_PREP_SOURCE_MISSING",
      message: options.found === undefined ? `There is no file ${path}.` : `${path} is ${options.found}, not a file.`,
      hint: "The raw data do not fit the competition: check that the download is complete and unchanged.",
      cause: options.cause,
    });
    this.path = path;
  }
}

/** Work done without giving other tasks a turn. */
const SLICE_MILLISECONDS = 15;
const CANNOT_LINK = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EACCES"]);
/** Above this size a copy runs outside of the main thread. */
const SMALL_COPY_BYTES = 1 << 20;

/**
 * Gives a file a second path without copying its bytes: a hard link, else (another device, a file system without
 * links) a reflink, else a copy. An existing file at the target is replaced; folders are made.
 *
 * Both names are then the same file: **writing into one writes into the other**. Nothing here ever does: outputs
 * are written under a new name and renamed. A sandbox gets its data read-only, so it cannot reach the raw data either.
 * @throws MissingSourceError when there is no such file.
 */
export async function placeFile(from: string, to: string): Promise<"linked" | "copied"> {
  const result = await placeFiles([{ from, to }]);
  return result.linked === 1 ? "linked" : "copied";
}

/** {@link placeFile} for many files: some 10^5 a second, yielding to other tasks and stopping when aborted. */
export async function placeFiles(placements: Iterable<Placement>, options: PlaceOptions = {}): Promise<PlaceResult> {
  const madeDirectories = new Set<string>();
  let linked = 0;
  let copied = 0;
  let copiedBytes = 0;
  let canLink = true;
  let sliceEnd = performance.now() + SLICE_MILLISECONDS;
  options.signal?.throwIfAborted();
  for (const { from, to } of placements) {
    const { path, size } = resolveSource(from);
    const directory = dirname(to);
    if (!madeDirectories.has(directory)) {
      mkdirSync(directory, { recursive: true });
      madeDirectories.add(directory);
    }
    const outcome = canLink ? tryLink(path, to) : "device";
    if (outcome === "linked") {
      linked++;
    } else {
      if (outcome === "device") canLink = false;
      await copyWithoutLink(path, to, size);
      copied++;
      copiedBytes += size;
    }
    if (performance.now() >= sliceEnd) {
      options.onProgress?.(linked + copied);
      await setImmediate();
      options.signal?.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MILLISECONDS;
    }
  }
  options.onProgress?.(linked + copied);
  return { linked, copied, copiedBytes };
}

/**
 * {@link placeFiles} for a whole folder, empty folders included. Links inside the folder are followed when they lead to
 * a file or folder, so the result has none.
 * @param options.filter keeps a file or folder by its path relative to `from`, parts joined by `/`. @default everything
 * @throws MissingSourceError when `from` is no folder.
 */
export async function placeTree(
  from: string,
  to: string,
  options: PlaceOptions & { readonly filter?: (name: string) => boolean } = {},
): Promise<PlaceResult> {
  if (!statSync(from, { throwIfNoEntry: false })?.isDirectory()) {
    throw new MissingSourceError(from, { found: "no folder" });
  }
  mkdirSync(to, { recursive: true });
  return await placeFiles(treePlacements(from, to, options.filter ?? (() => true)), options);
}

function* treePlacements(from: string, to: string, filter: (name: string) => boolean): Generator<Placement> {
  for (const entry of walkFiles(from)) {
    if (!filter(entry.name)) continue;
    const target = join(to, entry.name);
    if (entry.kind === "directory") {
      mkdirSync(target, { recursive: true });
    } else if (entry.kind === "link" && statSync(entry.path, { throwIfNoEntry: false })?.isDirectory()) {
      mkdirSync(target, { recursive: true });
      yield* treePlacements(realpathSync(entry.path), target, (name) => filter(`${entry.name}/${name}`));
    } else {
      yield { from: entry.path, to: target };
    }
  }
}

function resolveSource(from: string): { path: string; size: number } {
  let stats: Stats | undefined;
  let path = from;
  try {
    stats = lstatSync(from, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) {
      path = realpathSync(from);
      stats = lstatSync(path);
    }
  } catch (cause) {
    throw new MissingSourceError(from, { cause });
  }
  if (stats === undefined) throw new MissingSourceError(from);
  if (!stats.isFile()) throw new MissingSourceError(from, { found: stats.isDirectory() ? "a folder" : "special" });
  return { path, size: stats.size };
}

/** `device`: no link will work between these folders; `file`: only this one cannot be linked. */
function tryLink(from: string, to: string): "linked" | "device" | "file" {
  for (let attempt = 0; ; attempt++) {
    try {
      linkSync(from, to);
      return "linked";
    } catch (error) {
      const code = codeOf(error) ?? "";
      if (code === "EEXIST" && attempt === 0) {
        rmSync(to);
      } else if (CANNOT_LINK.has(code)) {
        return code === "EMLINK" || code === "EACCES" || code === "EPERM" ? "file" : "device";
      } else {
        throw error;
      }
    }
  }
}

async function copyWithoutLink(from: string, to: string, size: number): Promise<void> {
  // Never copy into an existing file: it may be another name of a raw file.
  rmSync(to, { force: true });
  if (size <= SMALL_COPY_BYTES) copyFileSync(from, to, constants.COPYFILE_FICLONE);
  else await copyFile(from, to, constants.COPYFILE_FICLONE);
}
