import { DataPrepError } from "../errors.js";

/** The catalogue knows no such file for the competition: it is a plug-in's, or has none. */
export class UnknownAssetError extends DataPrepError {
  constructor(competitionId: string, kind: string) {
    super({
      code: "DATA_PREP_NO_ASSET",
      message: `${competitionId} has no ${kind} in the catalogue.`,
      hint: "A competition of a plug-in brings its own files; nothing is fetched for it.",
    });
  }
}

/** A file that is not ours could be had neither from the cache, nor from the assets folder, nor from the network. */
export class AssetUnavailableError extends DataPrepError {
  constructor(competitionId: string, file: string, tried: readonly string[], options?: { cause?: unknown }) {
    super({
      code: "DATA_PREP_ASSET_UNAVAILABLE",
      message: `${file} of ${competitionId} is not available. Tried: ${tried.join("; ")}.`,
      hint: `Connect to the network once, or give an assets folder that holds ${competitionId}/${file} (a checkout of openai/mle-bench with its LFS files will do).`,
      ...options,
    });
  }
}

/** A file in the assets folder is not the one that upstream has at its pinned commit. */
export class AssetMismatchError extends DataPrepError {
  constructor(path: string, expected: { sha256: string; size: number }, actual: { sha256: string; size: number }) {
    super({
      code: "DATA_PREP_ASSET_MISMATCH",
      message: `${path}: SHA-256 is ${actual.sha256} (${actual.size} bytes), expected ${expected.sha256} (${expected.size} bytes).`,
      hint: "Take it from the pinned commit of openai/mle-bench, unchanged: not from a later one, and without conversion of line ends.",
    });
  }
}
