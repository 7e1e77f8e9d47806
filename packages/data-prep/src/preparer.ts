import type { ExtractOptions, ExtractResult } from "./archives/extract.js";
import type { Placement, PlaceResult } from "./files/place-files.js";
import type { OutputDirectory } from "./output-directory.js";
import type { RawDirectory } from "./raw-directory.js";

/** What a preparer gets: where to read, where to write, and the means to do it in bulk. */
export interface PrepareContext {
  readonly competitionId: string;
  /** The competition's files as Kaggle serves them, unpacked once. Read only. */
  readonly raw: RawDirectory;
  /** Becomes `prepared/public`: what an agent sees. */
  readonly publicDir: OutputDirectory;
  /** Becomes `prepared/private`: the answers. */
  readonly privateDir: OutputDirectory;
  /** For intermediate files, on the same device as the others (so that placing links); removed afterwards. */
  readonly scratch: OutputDirectory;
  /** Fires when the user stops the run; loops over many rows or files look at it. */
  readonly signal: AbortSignal;
  /** Says how far a named step is; cheap, may be called often. */
  progress(stage: string, done: number, total?: number): void;
  /** Unpacks an archive of the raw data into a folder; see `extract`. The signal is passed on. */
  extract(archivePath: string, directory: OutputDirectory, options?: ExtractOptions): Promise<ExtractResult>;
  /** Puts files that go through unchanged in place by hard link; see `placeFiles`. */
  place(placements: Iterable<Placement>): Promise<PlaceResult>;
  /** Puts a whole folder in place by hard links, empty folders too; see `placeTree`. */
  placeTree(from: string, to: string, options?: { readonly filter?: (name: string) => boolean }): Promise<PlaceResult>;
  /** Downloads a file that is not part of the Kaggle download. The file appears whole or not at all. */
  fetchFile(url: string, path: string): Promise<void>;
}

/** Turns the raw files of one competition into its public and private files. */
export interface Preparer {
  /** The competition's Kaggle id. */
  readonly id: string;
  /**
   * Bytes that preparing writes beside links, known from the raw files before it starts.
   * @param rawFiles every file of the download: its name and size.
   * @default every table once, every nested archive's content estimated from its size
   */
  readonly estimateBytes?: (rawFiles: readonly RawFileSize[]) => number;
  /**
   * Outputs (such as `public/train_meta.parquet`) whose bytes depend on the version of the program that wrote upstream's:
   * another checksum is reported and does not fail the preparation.
   */
  readonly writerDependent?: readonly string[];
  prepare(context: PrepareContext): Promise<void>;
}

/** One file of the raw data and its size. */
export interface RawFileSize {
  /** Path relative to the raw folder, parts joined by `/`. */
  readonly name: string;
  readonly bytes: number;
}

/** Gives a preparer its type; the default export of every file in `src/competitions/`. */
export function definePreparer(preparer: Preparer): Preparer {
  return preparer;
}
