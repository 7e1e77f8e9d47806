import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { compareCodePoints } from "@mlebench/frame";
import { DataPrepError } from "./errors.js";
import { joinInside } from "./files/join-inside.js";

/** Files a preparer needs are not in the raw folder. */
export class MissingRawFileError extends DataPrepError {
  /** The raw folder. */
  readonly root: string;
  /** Names relative to the raw folder. */
  readonly missing: readonly string[];

  /** @param options.origin the folder or zip of the user's that the raw folder was made from. @default the raw folder */
  constructor(
    root: string,
    missing: readonly string[],
    { origin = root, cause }: { readonly origin?: string; readonly cause?: unknown } = {},
  ) {
    super({
      code: "DATA_PREP_RAW_FILE_MISSING",
      message: `The raw data in ${origin} lack ${missing.join(", ")}. ${describeNeighbours(root, missing[0] ?? "")}`,
      hint: "Check that the download is complete, that it is this competition's, and that nothing in it was renamed.",
      cause,
    });
    this.root = root;
    this.missing = missing;
  }
}

/** The raw files of a competition, or a folder of them. Preparers read it and never change it. */
export class RawDirectory {
  readonly path: string;
  readonly #top: RawDirectory;
  #lastRead: string | undefined;

  /** @param top the whole raw folder, when this is a part of it. */
  constructor(path: string, top?: RawDirectory) {
    this.path = path;
    this.#top = top ?? this;
  }

  /** The file that was asked for last, anywhere in the raw folder: a hint when reading one fails. */
  get lastRead(): string | undefined {
    return this.#top.#lastRead;
  }

  /**
   * The path of a file that must exist.
   * @throws MissingRawFileError naming it, and what is there instead.
   */
  file(...parts: string[]): string {
    const path = this.join(...parts);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw this.#missing(path);
    this.#top.#lastRead = path;
    return path;
  }

  /**
   * A folder that must exist.
   * @throws MissingRawFileError naming it, and what is there instead.
   */
  dir(...parts: string[]): RawDirectory {
    const path = this.join(...parts);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw this.#missing(path);
    return new RawDirectory(path, this.#top);
  }

  /** True when there is a file or folder of that name. */
  exists(...parts: string[]): boolean {
    return existsSync(this.join(...parts));
  }

  /**
   * Checks several files or folders at once.
   * @throws MissingRawFileError naming all that are missing.
   */
  require(...names: string[]): void {
    const missing = names.filter((name) => !this.exists(name));
    if (missing.length > 0) {
      throw new MissingRawFileError(
        this.#top.path,
        missing.map((name) => relative(this.#top.path, this.join(name))),
      );
    }
  }

  /** A path inside of the folder, not checked: for bulk placing, which names what is missing itself. */
  join(...parts: string[]): string {
    return joinInside(this.path, parts);
  }

  /**
   * Names of the files directly inside, ordered by code point.
   * @param extension keeps names that end in it (`.png`). @default all
   */
  fileNames(extension = ""): string[] {
    return this.#names((entry) => entry.isFile() || entry.isSymbolicLink()).filter((name) => name.endsWith(extension));
  }

  /** Names of the folders directly inside, ordered by code point. */
  directoryNames(): string[] {
    return this.#names((entry) => entry.isDirectory());
  }

  #names(keep: (entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }) => boolean): string[] {
    return readdirSync(this.path, { withFileTypes: true })
      .filter(keep)
      .map((entry) => entry.name)
      .sort(compareCodePoints);
  }

  #missing(path: string): MissingRawFileError {
    return new MissingRawFileError(this.#top.path, [relative(this.#top.path, path)]);
  }
}

/** What lies in the place of a missing file, so that a wrong download shows at a glance. */
function describeNeighbours(root: string, missing: string): string {
  let directory = join(root, dirname(missing));
  while (!existsSync(directory) && directory.length > root.length) directory = dirname(directory);
  if (!existsSync(directory)) return "The folder does not exist.";
  const names = readdirSync(directory).sort(compareCodePoints);
  const place = directory === root ? "It holds" : `${relative(root, directory)} holds`;
  if (names.length === 0) return `${place} nothing.`;
  const shown = names.slice(0, 8).join(", ");
  return `${place} ${shown}${names.length > 8 ? ` and ${names.length - 8} more` : ""}.`;
}
