import { stat } from "node:fs/promises";
import { getCompetition } from "@mlebench/competitions";
import { ArchiveError, dataPaths, getPreparer, planDiskForRemoteZip } from "@mlebench/data-prep";
import { type KaggleClient, KaggleError } from "@mlebench/kaggle-client";

/** What one competition will take on disk, known before its download. */
export interface DownloadPlan {
  readonly competitionId: string;
  /** Undefined when Kaggle did not say. */
  readonly zipBytes: number | undefined;
  readonly unpackedBytes: number | undefined;
  /** Outputs and intermediate files; files that are placed by link take nothing. */
  readonly writtenBytes: number | undefined;
  /** The most that lies on disk at one time; undefined when nothing is known. */
  readonly peakBytes: number | undefined;
  /** The same when the zip goes as soon as it is unpacked. */
  readonly peakWithoutZipBytes: number | undefined;
  /** What is left of it when it is prepared, at most. */
  readonly keptBytes: number | undefined;
  /** From the catalogue's rounded size instead of the archive's table of contents. */
  readonly isEstimate: boolean;
}

/** Reads the archive's table of contents from Kaggle; falls back to the catalogue's size where that cannot be had. */
export async function planDownload(
  kaggle: KaggleClient,
  competitionId: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<DownloadPlan> {
  try {
    const archive = await kaggle.archive(competitionId, { ...options, retry: { retries: 1, rateLimitRetries: 0 } });
    const plan = await planDiskForRemoteZip(await getPreparer(competitionId), {
      name: `${competitionId}.zip`,
      ...archive,
    });
    const { zipBytes, unpackedBytes, writtenBytes } = plan;
    return {
      competitionId,
      zipBytes,
      unpackedBytes,
      writtenBytes,
      peakBytes: zipBytes + plan.neededBytes,
      peakWithoutZipBytes: zipBytes + plan.neededWithoutZipBytes,
      keptBytes: plan.neededBytes,
      isEstimate: false,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    // What is wrong with the archive or with Kaggle is reported by the download itself.
    if (!KaggleError.is(error) && !ArchiveError.is(error)) throw error;
    return estimate(competitionId);
  }
}

/** Bytes of an unfinished download, which need no room any more. */
export async function downloadedBytes(competitionId: string, dataDir: string): Promise<number> {
  const { zip } = dataPaths(dataDir, competitionId);
  return await stat(`${zip}.part`).then(
    ({ size }) => size,
    () => 0,
  );
}

function estimate(competitionId: string): DownloadPlan {
  const { sizeGB } = getCompetition(competitionId);
  const bytes = sizeGB === null ? undefined : sizeGB * 1e9;
  const peakBytes = bytes === undefined ? undefined : 2 * bytes;
  return {
    competitionId,
    zipBytes: bytes,
    unpackedBytes: bytes,
    writtenBytes: undefined,
    peakBytes,
    peakWithoutZipBytes: peakBytes,
    keptBytes: bytes,
    isEstimate: true,
  };
}
