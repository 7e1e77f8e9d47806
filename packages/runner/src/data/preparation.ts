import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { getCompetition } from "@mlebench/competitions";
import { type Downloader, dataPaths, isPrepared, prepareCompetition } from "@mlebench/data-prep";
import { checkRules, KaggleClient } from "@mlebench/kaggle-client";
import type { RunEventListener } from "../events.js";
import { messageOf } from "../sample/describe-error.js";
import { findSource } from "./competition-sources.js";
import { rulesCacheFile } from "./data-directory.js";
import { competitionDescription } from "./description.js";
import { RulesMissingError } from "./rules-missing-error.js";

export interface PreparationOptions {
  readonly dataDirectory: string;
  /** Raw files instead of a download. */
  readonly rawDir?: string;
  readonly keepRaw?: boolean;
  readonly skipVerification?: boolean;
  readonly skipTosCheck: boolean;
  readonly kaggle?: KaggleClient;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly emit: RunEventListener;
  readonly signal?: AbortSignal;
}

/** Makes competitions ready, one call each; what is ready already costs nothing. */
export interface Preparation extends AsyncDisposable {
  /** Ids whose data has to be made first. */
  readonly missing: readonly string[];
  readonly prepare: (competitionId: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Looks which competitions are prepared and, when others have to be downloaded, that their rules are accepted.
 * @throws RulesMissingError with the pages to visit; KaggleError without credentials.
 */
export async function openPreparation(
  competitions: readonly string[],
  options: PreparationOptions,
): Promise<Preparation> {
  const { dataDirectory, emit } = options;
  const missing: string[] = [];
  for (const id of competitions) if (!(await isPrepared(id, dataDirectory))) missing.push(id);
  const downloads = missing.filter((id) => comesFromKaggle(id, options));
  const kaggle =
    downloads.length === 0 ? undefined : (options.kaggle ?? (await KaggleClient.fromEnvironment({ env: options.env })));
  const close = async (): Promise<void> => {
    if (kaggle !== options.kaggle) await kaggle?.close();
  };
  try {
    if (kaggle && !options.skipTosCheck) await requireRules(kaggle, downloads, options);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    missing,
    async prepare(competitionId, signal) {
      const started = performance.now();
      const worked = missing.includes(competitionId);
      if (worked) emit({ type: "prepare-start", competitionId });
      const end = (failure: { error?: string } = {}): void => {
        const seconds = (performance.now() - started) / 1000;
        emit({ type: "prepare-end", competitionId, seconds, worked, ...failure });
      };
      try {
        if (worked) {
          const rawDir = rawDirOf(competitionId, options.rawDir);
          await prepareCompetition(competitionId, {
            dataDir: dataDirectory,
            rawDir,
            keepRaw: options.keepRaw,
            skipVerification: options.skipVerification,
            ...(getCompetition(competitionId).description
              ? { description: () => description(competitionId, rawDir, emit, signal) }
              : {}),
            download: findSource(competitionId) ?? (kaggle && kaggleSource(kaggle)),
            signal,
            onProgress: ({ stage, step, done, total }) =>
              emit({ type: "prepare-progress", competitionId, stage: step ?? stage, done, total }),
          });
        }
        end();
      } catch (error) {
        end({ error: messageOf(error) });
        throw error;
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

async function description(
  competitionId: string,
  rawDir: string | undefined,
  emit: RunEventListener,
  signal: AbortSignal,
): Promise<string | Uint8Array> {
  const text = await competitionDescription(competitionId, {
    rawDir,
    signal,
    onWarning: (message) => emit({ type: "warning", message }),
  });
  return text ?? "";
}

/** The user's raw folder may hold one folder per competition. */
function rawDirOf(competitionId: string, rawDir: string | undefined): string | undefined {
  if (rawDir === undefined) return undefined;
  const own = join(rawDir, competitionId);
  return existsSync(own) && statSync(own).isDirectory() ? own : rawDir;
}

/** Kaggle's archive of a competition; a download that was cut off goes on where it stopped. */
export function kaggleSource(kaggle: KaggleClient): Downloader {
  return async (competitionId, directory, { signal, onProgress }) => {
    const { path } = await kaggle.downloadAll(competitionId, {
      directory,
      signal,
      onEvent: (event) => {
        if (event.type === "download-progress") onProgress?.(event.receivedBytes, event.totalBytes);
      },
    });
    return path;
  };
}

function comesFromKaggle(id: string, { dataDirectory, rawDir }: PreparationOptions): boolean {
  if (rawDir !== undefined || findSource(id) !== undefined) return false;
  const { zip, raw } = dataPaths(dataDirectory, id);
  return !existsSync(zip) && !existsSync(raw);
}

async function requireRules(
  kaggle: KaggleClient,
  competitions: readonly string[],
  { emit, signal }: PreparationOptions,
): Promise<void> {
  emit({ type: "rules-check", competitions });
  const report = await checkRules(kaggle, competitions, {
    cacheFile: rulesCacheFile(),
    rateLimitRetries: 3,
    signal,
  });
  if (report.stopped) throw report.stopped;
  if (report.notAccepted.length > 0) throw new RulesMissingError(report.notAccepted);
  // Not known is not a no: the download itself will tell, and only for the competition concerned.
  for (const { competitionId, error } of report.unknown) {
    emit({
      type: "warning",
      sampleId: competitionId,
      message: `It isn't known whether its rules are accepted: ${error.message}`,
    });
  }
}
