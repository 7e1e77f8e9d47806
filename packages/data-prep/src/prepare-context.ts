import { extract } from "./archives/extract.js";
import { DataPrepError } from "./errors.js";
import { placeFiles, placeTree } from "./files/place-files.js";
import { OutputDirectory } from "./output-directory.js";
import type { PrepareContext } from "./preparer.js";
import { RawDirectory } from "./raw-directory.js";

/** Downloads one file that is not part of the Kaggle download; the file appears whole or not at all. */
export type FetchFile = (url: string, path: string, options: { readonly signal: AbortSignal }) => Promise<void>;

/** What {@link createPrepareContext} takes. */
export interface PrepareContextOptions {
  readonly competitionId: string;
  /** The raw files, unpacked. */
  readonly rawDirectory: string;
  readonly publicDirectory: string;
  readonly privateDirectory: string;
  /** Emptied and removed by whoever made it. On the same device as the other two. */
  readonly scratchDirectory: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, done: number, total?: number) => void;
  readonly fetchFile?: FetchFile;
}

/** The context of one run of a preparer; also what tests and the conformance harness call preparers with. */
export function createPrepareContext(options: PrepareContextOptions): PrepareContext {
  const signal = options.signal ?? new AbortController().signal;
  const progress = options.onProgress ?? (() => {});
  return {
    competitionId: options.competitionId,
    raw: new RawDirectory(options.rawDirectory),
    publicDir: new OutputDirectory(options.publicDirectory),
    privateDir: new OutputDirectory(options.privateDirectory),
    scratch: new OutputDirectory(options.scratchDirectory),
    signal,
    progress,
    extract: (archivePath, directory, extractOptions) =>
      extract(archivePath, directory.path, {
        signal,
        onProgress: ({ bytes, totalBytes }) => progress("unpack", bytes, totalBytes),
        ...extractOptions,
      }),
    place: (placements) => placeFiles(placements, { signal, onProgress: (done) => progress("place files", done) }),
    placeTree: (from, to, treeOptions) =>
      placeTree(from, to, { signal, onProgress: (done) => progress("place files", done), ...treeOptions }),
    fetchFile: async (url, path) => {
      if (options.fetchFile === undefined) {
        throw new DataPrepError({
          code: "DATA_PREP_NO_NETWORK",
          message: `${options.competitionId} needs ${url}, which is not in its raw folder, and no download was allowed.`,
          hint: `Put the file into ${options.rawDirectory}, or prepare with network.`,
        });
      }
      await options.fetchFile(url, path, { signal });
    },
  };
}
