import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Semaphore } from "@mlebench/base";
import { type Checksums, getCompetition } from "@mlebench/competitions";
import {
  type Downloader,
  dataPaths,
  describeDifference,
  isPrepared,
  md5OfFile,
  type PrepareCompetitionOptions,
  requireFreeBytes,
} from "@mlebench/data-prep";
import { downloadUrl, type KaggleClient } from "@mlebench/kaggle-client";
import { memoryShareMiB } from "../../child-process/usable-memory.js";
import { messageWithHint } from "../../describe-error.js";
import { findSource } from "../../plug-in/plug-in-registry.js";
import { requireAssetsDir } from "../assets/asset-sources.js";
import {
  competitionDescription,
  type DescriptionOptions,
  refreshDescription,
  reportMissingDescriptions,
} from "../assets/description.js";
import { openDataDirectory } from "../disk/data-directory.js";
import { rawDirOf, requireApart } from "../disk/raw-directory.js";
import { expectedChecksums } from "../disk/verify-data.js";
import { type DownloadPlan, downloadedBytes, planDownload } from "../download/download-plan.js";
import { KaggleAccount, type KaggleAccountOptions, kaggleSource } from "../download/kaggle-account.js";
import { requireRules } from "../rules/check-rules.js";
import { prepareBounded } from "./bounded-preparation.js";
import { type PreparationSlot, PreparationSlots, withinMemory } from "./preparation-slots.js";

export interface PreparationOptions
  extends KaggleAccountOptions,
    Pick<PrepareCompetitionOptions, "dataDir" | "rawDir" | "keepRaw" | "dropZip" | "skipVerification" | "signal"> {
  /** The user's own checksums. @default `checksums.json` in the data directory, where there is one */
  readonly checksumsFile?: string;
  /** A folder of the user's with upstream's descriptions, for machines without network. */
  readonly assetsDir?: string;
  /** Which description is wanted. @default the plain one; prepared data stay as they are */
  readonly obfuscate?: boolean;
  readonly skipTosCheck: boolean;
  /** Preparations at one time; downloads do not count. @default one per core */
  readonly maxPreparations?: number;
  /**
   * Memory of one preparation.
   * @default its share of nine tenths of the machine's, at least 2048; one that needs more is tried again alone with all
   */
  readonly preparationMemoryMiB?: number;
  /** Know the md5 of the zips too. @default false */
  readonly hashZips?: boolean;
}

const PLANS_AT_A_TIME = 4;
/** Of the memory; the rest is for this process and the page cache. */
const MEMORY_SHARE = 0.9;

/**
 * Looks which competitions are prepared and, when others have to be downloaded, that their rules are accepted. Says which
 * descriptions cannot be had.
 * @throws DataDirectoryError when something has to be made in a read-only directory; RulesMissingError with the pages to visit; RulesCheckStoppedError; KaggleError without credentials; DataPrepError
 * when the user's checksums or assets cannot be used.
 */
export async function openPreparation(
  competitions: readonly string[],
  options: PreparationOptions,
): Promise<Preparation> {
  const { dataDir, rawDir, assetsDir } = options;
  if (rawDir !== undefined) requireApart(rawDir, dataDir);
  if (assetsDir !== undefined) requireAssetsDir(assetsDir);
  const missing: string[] = [];
  for (const id of competitions) if (!(await isPrepared(id, dataDir))) missing.push(id);
  if (missing.length > 0) await openDataDirectory(dataDir);
  const checksums = missing.length === 0 ? () => undefined : await expectedChecksums(dataDir, options.checksumsFile);
  const downloads = missing.filter((id) => comesFromKaggle(id, options));
  const account = new KaggleAccount(options);
  try {
    const kaggle = downloads.length === 0 ? undefined : await account.client();
    if (kaggle && !options.skipTosCheck) await requireRules(kaggle, downloads, options);
    const withoutDescription = await reportMissingDescriptions(competitions, missing, options);
    return new Preparation(options, { missing, downloads, checksums, withoutDescription, account });
  } catch (error) {
    await account[Symbol.asyncDispose]();
    throw error;
  }
}

/** What {@link openPreparation} found out. */
interface PreparationFacts {
  readonly missing: readonly string[];
  /** Those of them that come from Kaggle. */
  readonly downloads: readonly string[];
  readonly checksums: (competitionId: string) => Checksums | undefined;
  /** Competitions whose description was said to be missing. */
  readonly withoutDescription: ReadonlySet<string>;
  readonly account: KaggleAccount;
}

/** Makes competitions ready, one call each; what is ready already costs nothing. */
export class Preparation implements AsyncDisposable {
  readonly #options: PreparationOptions;
  readonly #facts: PreparationFacts;
  readonly #slots: PreparationSlots;
  readonly #memory: { readonly shareMiB: number; readonly wholeMiB: number };
  readonly #zipHashes = new Map<string, string>();
  readonly #planning = new Semaphore(PLANS_AT_A_TIME);
  readonly #plans = new Map<string, DownloadPlan>();

  constructor(options: PreparationOptions, facts: PreparationFacts) {
    this.#options = options;
    this.#facts = facts;
    const { maxPreparations = availableParallelism(), preparationMemoryMiB } = options;
    const atOnce = Math.max(1, Math.min(maxPreparations, facts.missing.length));
    this.#slots = new PreparationSlots(maxPreparations);
    this.#memory = {
      shareMiB: preparationMemoryMiB ?? memoryShareMiB(MEMORY_SHARE / atOnce),
      wholeMiB: preparationMemoryMiB ?? memoryShareMiB(MEMORY_SHARE),
    };
  }

  /** Ids whose data has to be made first. */
  get missing(): readonly string[] {
    return this.#facts.missing;
  }

  /** What is known of the downloads' size, asked for once. */
  async planDownloads(): Promise<DownloadPlan[]> {
    const { account, downloads } = this.#facts;
    const { signal } = this.#options;
    return await Promise.all(downloads.map(async (id) => this.#planOf(await account.client(), id, signal)));
  }

  /** md5 of the zip that a competition was prepared from; with `hashZips`. */
  zipMd5(competitionId: string): string | undefined {
    return this.#zipHashes.get(competitionId);
  }

  /** Makes a competition ready. */
  async prepare(competitionId: string, signal: AbortSignal): Promise<void> {
    const { emit } = this.#options;
    const started = performance.now();
    const worked = this.missing.includes(competitionId);
    if (worked) emit({ type: "prepare-start", competitionId });
    const end = (error?: string): void => {
      const seconds = (performance.now() - started) / 1000;
      emit({ type: "prepare-end", competitionId, seconds, worked, error });
    };
    try {
      if (worked) await this.#make(competitionId, signal);
      else await refreshDescription(competitionId, this.#descriptionOptions(competitionId, signal));
      end();
    } catch (error) {
      end(messageWithHint(error));
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#facts.account[Symbol.asyncDispose]();
  }

  async #make(competitionId: string, signal: AbortSignal): Promise<void> {
    const { differences } = await withinMemory(
      this.#slots,
      async (slot, memoryMiB) => {
        if (this.#options.hashZips) await this.#hashZipThatIsThere(competitionId, signal);
        const options = this.#preparationOptions(competitionId, slot, signal);
        return await prepareBounded(competitionId, { ...options, memoryMiB });
      },
      {
        ...this.#memory,
        signal,
        onRetry: () =>
          this.#warn(
            `${competitionId}: ${this.#memory.shareMiB} MiB of memory were too little; it is tried again alone.`,
          ),
      },
    );
    for (const difference of differences) this.#warn(`${competitionId}: ${describeDifference(difference)}`);
  }

  #preparationOptions(competitionId: string, slot: PreparationSlot, signal: AbortSignal): PrepareCompetitionOptions {
    const { dataDir, keepRaw, dropZip, skipVerification, emit } = this.#options;
    const rawDir = rawDirOf(competitionId, this.#options.rawDir);
    const descriptionOptions: DescriptionOptions = {
      ...this.#descriptionOptions(competitionId, signal),
      onWarning: this.#facts.withoutDescription.has(competitionId) ? undefined : (message) => this.#warn(message),
    };
    return {
      dataDir,
      rawDir,
      keepRaw,
      dropZip,
      skipVerification,
      checksums: this.#facts.checksums(competitionId),
      // A competition without a description in the catalogue writes its own.
      description: getCompetition(competitionId).description
        ? async () => (await competitionDescription(competitionId, descriptionOptions)) ?? ""
        : undefined,
      download: rawDir === undefined ? (...asked) => this.#download(slot, signal, ...asked) : undefined,
      fetchFile: async (url, path, call) => void (await downloadUrl(url, { path, signal: call.signal })),
      signal,
      onProgress: ({ stage, step, done, total }) =>
        emit({ type: "prepare-progress", competitionId, stage: step ?? stage, done, total }),
    };
  }

  #descriptionOptions(competitionId: string, signal: AbortSignal): DescriptionOptions {
    return {
      ...this.#options,
      rawDir: rawDirOf(competitionId, this.#options.rawDir),
      signal,
    };
  }

  /** A download needs no core: meanwhile another competition is prepared. */
  async #download(
    slot: PreparationSlot,
    signal: AbortSignal,
    ...[id, directory, call]: Parameters<Downloader>
  ): Promise<string> {
    const source = findSource(id);
    if (source) return await slot.lend(() => source(id, directory, call));
    const path = await slot.lend(async () => {
      // A zip that was there makes no account necessary, unless it turns out to be damaged.
      const kaggle = await this.#facts.account.client();
      await this.#requireRoom(kaggle, id, signal);
      return await kaggleSource(kaggle, this.#options.emit)(id, directory, call);
    });
    if (this.#options.hashZips) this.#zipHashes.set(id, await md5OfFile(path, { signal }));
    return path;
  }

  async #requireRoom(kaggle: KaggleClient, id: string, signal: AbortSignal): Promise<void> {
    const { dataDir, keepRaw } = this.#options;
    const plan = await this.#planOf(kaggle, id, signal);
    const peak = keepRaw ? plan.peakBytes : plan.peakWithoutZipBytes;
    if (peak === undefined) return;
    const bytes = peak - (await downloadedBytes(id, dataDir));
    await requireFreeBytes(dataPaths(dataDir, id).root, bytes, `Downloading, unpacking and preparing ${id}`);
  }

  async #planOf(kaggle: KaggleClient, id: string, signal: AbortSignal | undefined): Promise<DownloadPlan> {
    const release = await this.#planning.acquire(signal);
    try {
      const plan = this.#plans.get(id) ?? (await planDownload(kaggle, id, { signal }));
      this.#plans.set(id, plan);
      return plan;
    } finally {
      release();
    }
  }

  async #hashZipThatIsThere(id: string, signal: AbortSignal): Promise<void> {
    const { dataDir, rawDir } = this.#options;
    const zip = join(rawDirOf(id, rawDir) ?? dataPaths(dataDir, id).root, `${id}.zip`);
    if (existsSync(zip)) this.#zipHashes.set(id, await md5OfFile(zip, { signal }));
  }

  #warn(message: string): void {
    this.#options.emit({ type: "warning", message });
  }
}

function comesFromKaggle(id: string, { dataDir, rawDir }: PreparationOptions): boolean {
  if (rawDir !== undefined || findSource(id) !== undefined) return false;
  const { zip, raw } = dataPaths(dataDir, id);
  return !existsSync(zip) && !(existsSync(raw) && readdirSync(raw).length > 0);
}
