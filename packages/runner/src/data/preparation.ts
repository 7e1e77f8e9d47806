import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { getCompetition } from "@mlebench/competitions";
import {
  type Downloader,
  dataPaths,
  describeDifference,
  isPrepared,
  md5OfFile,
  type PrepareCompetitionOptions,
  RawDirOverlapError,
  requireFreeBytes,
  requireRawDirApart,
} from "@mlebench/data-prep";
import { downloadUrl, KaggleClient } from "@mlebench/kaggle-client";
import { messageWithHint } from "../describe-error.js";
import { UsageError } from "../errors.js";
import type { RunEventListener } from "../events.js";
import { Semaphore } from "../schedule/semaphore.js";
import { askForRules } from "./ask-for-rules.js";
import { preparationMemoryMiB, prepareBounded, withinMemory } from "./bounded-preparation.js";
import { findSource } from "./competition-sources.js";
import { CorePlaces } from "./core-places.js";
import { openDataDirectory } from "./data-directory.js";
import { competitionDescription, type DescriptionOptions, refreshDescription } from "./description.js";
import { type DownloadPlan, downloadedBytes, planDownload } from "./download-plan.js";
import { kaggleSource } from "./kaggle-source.js";
import { rawDirOf } from "./raw-dir-of.js";
import { RulesCheckStoppedError } from "./rules-check-stopped-error.js";
import { RulesMissingError } from "./rules-missing-error.js";
import { tellMissingDescriptions } from "./tell-missing-descriptions.js";
import { expectedChecksums } from "./user-checksums.js";

export interface PreparationOptions {
  readonly dataDirectory: string;
  /** Raw files instead of a download. */
  readonly rawDir?: string;
  readonly keepRaw?: boolean;
  /** Remove a zip as soon as it is unpacked. @default only where the disk is too small for both */
  readonly dropZip?: boolean;
  readonly skipVerification?: boolean;
  /** The user's own checksums. @default `checksums.json` in the data directory, where there is one */
  readonly checksumsFile?: string;
  /** A folder of the user's with upstream's descriptions, for machines without network. */
  readonly assetsDir?: string;
  /** Which description is wanted. @default the plain one; prepared data stay as they are */
  readonly obfuscate?: boolean;
  readonly skipTosCheck: boolean;
  /** Preparations at one time; downloads don't count. @default one per core */
  readonly maxPreparations?: number;
  /**
   * Memory of one preparation.
   * @default its share of nine tenths of the machine's, at least 2048; one that needs more is tried again alone with all
   */
  readonly preparationMemoryMiB?: number;
  /** Know the md5 of the zips too. @default false */
  readonly hashZips?: boolean;
  readonly kaggle?: KaggleClient;
  /** Makes the client when none was given and one is needed. @default with this machine's credentials */
  readonly openKaggle?: () => Promise<KaggleClient>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly emit: RunEventListener;
  readonly signal?: AbortSignal;
}

const PLANS_AT_A_TIME = 4;

/** Makes competitions ready, one call each; what is ready already costs nothing. */
export interface Preparation extends AsyncDisposable {
  /** Ids whose data has to be made first. */
  readonly missing: readonly string[];
  /** What is known of the downloads' size, asked for once. */
  readonly planDownloads: () => Promise<DownloadPlan[]>;
  readonly prepare: (competitionId: string, signal: AbortSignal) => Promise<void>;
  /** md5 of the zip that a competition was prepared from; with `hashZips`. */
  readonly zipMd5: (competitionId: string) => string | undefined;
}

/**
 * Looks which competitions are prepared and, when others have to be downloaded, that their rules are accepted. Says which
 * descriptions can't be had.
 * @throws DataDirectoryError when something has to be made in a read-only directory; RulesMissingError with the pages to visit; RulesCheckStoppedError; KaggleError without credentials; DataPrepError
 * when the user's checksums or assets can't be used.
 */
export async function openPreparation(
  competitions: readonly string[],
  options: PreparationOptions,
): Promise<Preparation> {
  const { dataDirectory, emit } = options;
  if (options.rawDir !== undefined) refuseOverlap(options.rawDir, dataDirectory);
  if (options.assetsDir !== undefined) requireAssetsDir(options.assetsDir);
  const missing: string[] = [];
  for (const id of competitions) if (!(await isPrepared(id, dataDirectory))) missing.push(id);
  if (missing.length > 0) await openDataDirectory(dataDirectory);
  const checksums =
    missing.length === 0 ? () => undefined : await expectedChecksums(dataDirectory, options.checksumsFile);
  const downloads = missing.filter((id) => comesFromKaggle(id, options));
  const openKaggle = options.openKaggle ?? (() => KaggleClient.fromEnvironment({ env: options.env }));
  let opening = options.kaggle && Promise.resolve(options.kaggle);
  const client = (): Promise<KaggleClient> => {
    opening ??= openKaggle().then((opened) => {
      for (const { message, hint } of opened.credentialsWarnings)
        emit({ type: "warning", message: `${message} ${hint}` });
      return opened;
    });
    return opening;
  };
  const kaggle = downloads.length === 0 ? undefined : await client();
  const close = async (): Promise<void> => {
    if (!options.kaggle) await opening?.then((opened) => opened.close()).catch(() => undefined);
  };
  let withoutDescription: ReadonlySet<string>;
  try {
    if (kaggle && !options.skipTosCheck) await requireRules(kaggle, downloads, options);
    withoutDescription = await tellMissingDescriptions(competitions, missing, options);
  } catch (error) {
    await close();
    throw error;
  }
  const maxPreparations = options.maxPreparations ?? availableParallelism();
  const cores = new CorePlaces(maxPreparations);
  const memory = {
    shareMiB: options.preparationMemoryMiB ?? preparationMemoryMiB(Math.min(maxPreparations, missing.length)),
    wholeMiB: options.preparationMemoryMiB ?? preparationMemoryMiB(1),
  };
  const zipHashes = new Map<string, string | undefined>();
  const planning = new Semaphore(PLANS_AT_A_TIME);
  const plans = new Map<string, DownloadPlan>();
  async function planOf(client: KaggleClient, id: string, signal?: AbortSignal): Promise<DownloadPlan> {
    const leave = await planning.acquire(signal);
    try {
      const plan = plans.get(id) ?? (await planDownload(client, id, { signal }));
      plans.set(id, plan);
      return plan;
    } finally {
      leave();
    }
  }

  async function make(competitionId: string, signal: AbortSignal): Promise<void> {
    const rawDir = rawDirOf(competitionId, options.rawDir);
    const { root } = dataPaths(dataDirectory, competitionId);
    let leaveCore = await cores.one(signal);
    // A download keeps no core: meanwhile another competition is prepared.
    const download = async (...[id, directory, rest]: Parameters<Downloader>): Promise<string> => {
      leaveCore();
      const source = findSource(id);
      if (source) return await backOnCore(source(id, directory, rest));
      // A zip that was there makes no account necessary, unless it turns out to be damaged.
      const account = await client();
      const plan = await planOf(account, id, signal);
      const peak = options.keepRaw ? plan.peakBytes : plan.peakWithoutZipBytes;
      if (peak !== undefined) {
        const bytes = peak - (await downloadedBytes(id, dataDirectory));
        await requireFreeBytes(root, bytes, `Downloading, unpacking and preparing ${id}`);
      }
      const path = await backOnCore(kaggleSource(account, emit)(id, directory, rest));
      if (options.hashZips) zipHashes.set(id, await md5OfFile(path, { signal }));
      return path;
    };
    async function backOnCore(work: Promise<string>): Promise<string> {
      const path = await work;
      leaveCore = await cores.one(signal);
      return path;
    }
    try {
      if (options.hashZips) {
        const folder = rawDir ?? root;
        zipHashes.set(competitionId, await md5IfThere(join(folder, `${competitionId}.zip`), signal));
      }
      const preparationOptions: PrepareCompetitionOptions = {
        fetchFile: async (url, path, { signal: fetchSignal }) => {
          await downloadUrl(url, { path, signal: fetchSignal });
        },
        dataDir: dataDirectory,
        rawDir,
        keepRaw: options.keepRaw,
        dropZip: options.dropZip,
        skipVerification: options.skipVerification,
        checksums: checksums(competitionId),
        ...descriptionOption(competitionId, {
          ...options,
          rawDir,
          signal,
          onWarning: withoutDescription.has(competitionId) ? undefined : warn,
        }),
        download: rawDir === undefined ? download : undefined,
        signal,
        onProgress: ({ stage, step, done, total }) => {
          if (stage !== "download")
            emit({ type: "prepare-progress", competitionId, stage: step ?? stage, done, total });
        },
      };
      const { differences } = await withinMemory(
        (memoryMiB) => prepareBounded(competitionId, { ...preparationOptions, memoryMiB }),
        {
          ...memory,
          onRetry: async () => {
            warn(`${competitionId}: ${memory.shareMiB} MiB of memory were too little; it is tried again alone.`);
            leaveCore();
            leaveCore = await cores.all(signal);
          },
        },
      );
      for (const difference of differences) warn(`${competitionId}: ${describeDifference(difference)}`);
    } finally {
      leaveCore();
    }
  }

  function warn(message: string): void {
    emit({ type: "warning", message });
  }

  return {
    missing,
    zipMd5: (competitionId) => zipHashes.get(competitionId),
    planDownloads: () => Promise.all(kaggle ? downloads.map((id) => planOf(kaggle, id, options.signal)) : []),
    async prepare(competitionId, signal) {
      const started = performance.now();
      const worked = missing.includes(competitionId);
      if (worked) emit({ type: "prepare-start", competitionId });
      const end = (failure: { error?: string } = {}): void => {
        const seconds = (performance.now() - started) / 1000;
        emit({ type: "prepare-end", competitionId, seconds, worked, ...failure });
      };
      try {
        if (worked) await make(competitionId, signal);
        else {
          const rawDir = rawDirOf(competitionId, options.rawDir);
          await refreshDescription(competitionId, { ...options, rawDir, signal });
        }
        end();
      } catch (error) {
        end({ error: messageWithHint(error) });
        throw error;
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

async function md5IfThere(path: string, signal: AbortSignal): Promise<string | undefined> {
  return existsSync(path) ? await md5OfFile(path, { signal }) : undefined;
}

/** A competition without a description in the catalogue writes its own. */
function descriptionOption(
  competitionId: string,
  options: DescriptionOptions,
): Pick<PrepareCompetitionOptions, "description"> {
  if (!getCompetition(competitionId).description) return {};
  return { description: async () => (await competitionDescription(competitionId, options)) ?? "" };
}

function refuseOverlap(rawDir: string, dataDirectory: string): void {
  try {
    requireRawDirApart(rawDir, dataDirectory);
  } catch (error) {
    if (!(error instanceof RawDirOverlapError)) throw error;
    const { message, hint } = error;
    throw new UsageError({ message, hint, cause: error });
  }
}

function requireAssetsDir(assetsDir: string): void {
  if (statSync(assetsDir, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError({
    message: `There is no assets folder ${assetsDir}.`,
    hint: "Give a folder that holds <id>/description.md for each competition, or a checkout of openai/mle-bench.",
  });
}

function comesFromKaggle(id: string, { dataDirectory, rawDir }: PreparationOptions): boolean {
  if (rawDir !== undefined || findSource(id) !== undefined) return false;
  const { zip, raw } = dataPaths(dataDirectory, id);
  return !existsSync(zip) && !(existsSync(raw) && readdirSync(raw).length > 0);
}

async function requireRules(
  kaggle: KaggleClient,
  competitions: readonly string[],
  { emit, signal }: PreparationOptions,
): Promise<void> {
  emit({ type: "rules-check", competitions });
  const report = await askForRules(kaggle, competitions, { signal });
  if (report.stopped) throw new RulesCheckStoppedError(report);
  if (report.notAccepted.length > 0) throw new RulesMissingError(report.notAccepted);
  // Not known is not a no: the download itself will tell, and only for the competition concerned.
  for (const { competitionId, error } of report.unknown) {
    emit({
      type: "warning",
      competitionId,
      message: `It isn't known whether its rules are accepted: ${error.message}`,
    });
  }
}
