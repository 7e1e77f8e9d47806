import type { Downloader } from "@mlebench/data-prep";

const sources = new Map<string, Downloader>();

/**
 * Says where a plug-in's competition gets its raw files, instead of Kaggle: a function that writes `<id>.zip` into a
 * folder and returns its path.
 */
export function registerSource(competitionId: string, download: Downloader): void {
  sources.set(competitionId, download);
}

/** The source that a plug-in registered; undefined for Kaggle's competitions. */
export function findSource(competitionId: string): Downloader | undefined {
  return sources.get(competitionId);
}
