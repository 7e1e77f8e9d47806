import { availableParallelism } from "node:os";
import { freeBytes, Semaphore } from "@mlebench/base";
import { type AssetKind, ensureAssets } from "@mlebench/data-prep";
import { KaggleClient } from "@mlebench/kaggle-client";
import { messageWithHint } from "../../describe-error.js";
import type { RunEventListener } from "../../events.js";
import { type OptionNames, refuseUnknown } from "../../settings/check-options.js";
import { assetSources } from "../assets/asset-sources.js";
import { missingAssets, WITHOUT_NETWORK } from "../assets/missing-assets.js";
import { openDataDirectory } from "../disk/data-directory.js";
import { recordChecksums } from "../disk/verify-data.js";
import type { DownloadPlan } from "../download/download-plan.js";
import { openPreparation, type PreparationOptions } from "./preparation.js";

const DEFAULT_DOWNLOADS = 4;

/** What {@link prepareCompetitions} takes. */
export interface PrepareCompetitionsOptions
  extends Partial<Omit<PreparationOptions, "dataDir" | "emit" | "hashZips" | "openKaggle">> {
  readonly dataDir: string;
  /** Write down what was made as the checksums to expect from now on, in place of comparing. @default false */
  readonly overwriteChecksums?: boolean;
  /** Fetch the final private leaderboards too. @default false */
  readonly leaderboards?: boolean;
  /** Downloads at one time. @default 4 */
  readonly maxDownloads?: number;
  /** Of all downloads together. @default no limit */
  readonly maxBytesPerSecond?: number;
  readonly onEvent?: RunEventListener;
}

/** What became of one competition. */
export type PreparedCompetition =
  | { readonly competitionId: string; readonly status: "prepared" | "already-prepared"; readonly seconds: number }
  | {
      readonly competitionId: string;
      readonly status: "failed";
      readonly seconds: number;
      readonly error: unknown;
      readonly message: string;
    };

const OPTIONS: OptionNames<PrepareCompetitionsOptions> = {
  dataDir: true,
  rawDir: true,
  keepRaw: true,
  dropZip: true,
  skipVerification: true,
  checksumsFile: true,
  overwriteChecksums: true,
  assetsDir: true,
  obfuscate: true,
  leaderboards: true,
  skipTosCheck: true,
  maxDownloads: true,
  maxBytesPerSecond: true,
  maxPreparations: true,
  preparationMemoryMiB: true,
  kaggle: true,
  env: true,
  signal: true,
  onEvent: true,
};

/**
 * Prepares several competitions, downloads and preparations side by side; one that fails does not keep the others from
 * being prepared. Killed at any moment, the next call continues from there.
 * @returns one outcome for each, in the order they were named.
 * @throws when nothing can be prepared at all: rules that are not accepted, no credentials, no place to write.
 */
export async function prepareCompetitions(
  competitions: readonly string[],
  options: PrepareCompetitionsOptions,
): Promise<PreparedCompetition[]> {
  refuseUnknown(options, OPTIONS, "prepareCompetitions");
  const signal = options.signal ?? new AbortController().signal;
  const emit: RunEventListener = (event) => options.onEvent?.(event);
  const writesIntoIt = options.overwriteChecksums && options.checksumsFile === undefined;
  const dataDir = await openDataDirectory(options.dataDir, { mayBeReadOnly: !writesIntoIt });
  const maxDownloads = options.maxDownloads ?? DEFAULT_DOWNLOADS;
  const maxPreparations = options.maxPreparations ?? availableParallelism();
  await using preparation = await openPreparation(competitions, {
    ...options,
    dataDir,
    maxPreparations,
    // What is to be written down is not compared.
    skipVerification: options.skipVerification || options.overwriteChecksums,
    checksumsFile: options.overwriteChecksums ? undefined : options.checksumsFile,
    skipTosCheck: options.skipTosCheck ?? false,
    hashZips: options.overwriteChecksums,
    openKaggle: () =>
      KaggleClient.fromEnvironment({
        env: options.env,
        maxConcurrentDownloads: maxDownloads,
        maxBytesPerSecond: options.maxBytesPerSecond,
      }),
    emit,
  });
  if (options.leaderboards) await fetchLeaderboards(competitions, { ...options, dataDir }, emit);
  const atOnce = maxDownloads + maxPreparations;
  const downloads = await preparation.planDownloads();
  if (downloads.length > 0) {
    const peakBytes = peakOf(downloads, { atOnce, keepRaw: options.keepRaw ?? false });
    emit({ type: "disk-plan", downloads, peakBytes, freeBytes: await freeBytes(dataDir) });
  }

  const checksumsFile = new Semaphore(1);
  const places = new Semaphore(atOnce);
  const prepareOne = async (competitionId: string): Promise<PreparedCompetition> => {
    const leave = await places.acquire(signal);
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
      await preparation.prepare(competitionId, signal);
      if (options.overwriteChecksums) {
        const release = await checksumsFile.acquire(signal);
        try {
          const zip = preparation.zipMd5(competitionId);
          await recordChecksums(competitionId, { dataDir, checksumsFile: options.checksumsFile, zip, signal });
        } finally {
          release();
        }
      }
      const status = preparation.missing.includes(competitionId) ? "prepared" : "already-prepared";
      return { competitionId, status, seconds: seconds() };
    } catch (error) {
      signal.throwIfAborted();
      return { competitionId, status: "failed", seconds: seconds(), error, message: messageWithHint(error) };
    } finally {
      leave();
    }
  };
  const outcomes = await Promise.allSettled(competitions.map(prepareOne));
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** What all leave behind, and the largest zips that may lie beside it at one time. */
function peakOf(
  downloads: readonly DownloadPlan[],
  { atOnce, keepRaw }: { atOnce: number; keepRaw: boolean },
): number | undefined {
  let kept = 0;
  const zips: number[] = [];
  for (const { keptBytes, zipBytes } of downloads) {
    if (keptBytes === undefined || zipBytes === undefined) return undefined;
    kept += keptBytes;
    zips.push(zipBytes);
  }
  zips.sort((a, b) => b - a);
  return kept + zips.slice(0, keepRaw ? zips.length : atOnce).reduce((sum, bytes) => sum + bytes, 0);
}

async function fetchLeaderboards(
  competitions: readonly string[],
  options: Parameters<typeof assetSources>[0],
  emit: RunEventListener,
): Promise<void> {
  const kinds: readonly AssetKind[] = ["leaderboard"];
  const report = await ensureAssets(competitions, { ...assetSources(options), kinds });
  if (report.missing.length === 0) return;
  emit({ type: "warning", message: `${missingAssets("leaderboard", report)}. ${WITHOUT_NETWORK}` });
}
