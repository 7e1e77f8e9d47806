import { totalmem } from "node:os";
import { getChecksums, getCompetition } from "@mlebench/competitions";
import {
  isRegisteredPreparer,
  type PrepareCompetitionOptions,
  type PrepareResult,
  prepareCompetition,
} from "@mlebench/data-prep";
import { causeOf } from "../../child-process/raised-error.js";
import { RunnerError } from "../../errors.js";
import { plugInModules } from "../../plug-in/plug-in-modules.js";
import { isPlugInPreparer } from "../../plug-in/plug-in-preparers.js";
import type { ParentWork } from "./preparation-messages.js";
import { runPreparationProcess } from "./run-preparation-process.js";

/** A preparation failed in its own process; the code is that of the error there, such as one of data-prep's. */
export class PreparationFailedError extends RunnerError {}

export interface BoundedPreparationOptions extends PrepareCompetitionOptions {
  /** Memory that the preparation may hold. */
  readonly memoryMiB: number;
}

const MEMORY_CODE = "RUNNER_PREPARATION_MEMORY";
/** Below this no preparation is ended, however many run side by side. */
const LEAST_MIB = 2048;

/** Memory for each of several preparations at one time, of what the machine (or this container) has. */
export function preparationMemoryMiB(atOnce: number): number {
  const constrained = process.constrainedMemory();
  const bytes = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.max(LEAST_MIB, Math.floor((0.9 * bytes) / 2 ** 20 / Math.max(1, atOnce)));
}

/**
 * Prepares a competition as `prepareCompetition` does, in a process of its own with a memory limit. Downloads and all
 * else that needs the network stay in this process.
 *
 * A preparer that was registered with `registerPreparer` by the calling program, and not by a plug-in module, is a closure
 * that no other process can load; it runs in this process.
 * @throws PreparationFailedError; what a download or another function of the options throws; the signal's reason.
 */
export async function prepareBounded(
  competitionId: string,
  { memoryMiB, ...options }: BoundedPreparationOptions,
): Promise<PrepareResult> {
  const isOwn = isRegisteredPreparer(competitionId);
  if (isOwn && !isPlugInPreparer(competitionId)) return await prepareCompetition(competitionId, options);
  const { download, fetchFile, description, signal, onProgress, ...rest } = options;
  const never = new AbortController().signal;
  const work: Record<ParentWork, ((...args: string[]) => Promise<string | Uint8Array>) | undefined> = {
    download:
      download &&
      ((directory) =>
        download(competitionId, directory, {
          signal,
          onProgress: (done, total) => onProgress?.({ competitionId, stage: "download", done, total }),
        })),
    fetchFile: fetchFile && ((url, path) => fetchFile(url, path, { signal: signal ?? never }).then(() => "")),
    description:
      description === undefined
        ? undefined
        : async () => (typeof description === "function" ? await description() : description),
  };
  const outcome = await runPreparationProcess(
    {
      competition: getCompetition(competitionId),
      options: { ...rest, checksums: options.checksums ?? getChecksums(competitionId) },
      offers: (["download", "fetchFile", "description"] as const).filter((name) => work[name] !== undefined),
      plugIns: isOwn ? plugInModules() : [],
      maxBytes: memoryMiB * 2 ** 20,
    },
    {
      signal,
      onProgress: (progress) => onProgress?.(progress),
      work: async (name, args) => {
        const perform = work[name];
        if (!perform) throw new Error(`${name} was not offered`);
        return await perform(...args);
      },
    },
  );
  if (outcome.type === "result") return outcome.result;
  if (outcome.type === "memory") throw heldTooMuch(competitionId, memoryMiB);
  if (outcome.type === "crash") throw brokeDown(competitionId, outcome);
  const { code = "RUNNER_PREPARATION", message, hint } = outcome.error;
  throw new PreparationFailedError({ code, message, hint, cause: causeOf(outcome.error) });
}

/**
 * Tries with a share of the memory, and where that is too little once more with all of it.
 * @param options.onRetry called before the second try; resolves when nobody else needs memory.
 */
export async function withinMemory<T>(
  attempt: (memoryMiB: number) => Promise<T>,
  { shareMiB, wholeMiB, onRetry }: { shareMiB: number; wholeMiB: number; onRetry: () => Promise<void> },
): Promise<T> {
  try {
    return await attempt(shareMiB);
  } catch (error) {
    const isTooLittle = error instanceof PreparationFailedError && error.code === MEMORY_CODE;
    if (!isTooLittle || shareMiB >= wholeMiB) throw error;
  }
  await onRetry();
  return await attempt(wholeMiB);
}

function heldTooMuch(competitionId: string, memoryMiB: number): PreparationFailedError {
  return new PreparationFailedError({
    code: MEMORY_CODE,
    message: `Preparing ${competitionId} needed more than ${memoryMiB} MiB of memory and was ended.`,
    hint: "Give it more with --preparation-memory MIB, or prepare it on a machine with more memory.",
  });
}

function brokeDown(
  competitionId: string,
  { how, stderr }: { readonly how: string; readonly stderr: string },
): PreparationFailedError {
  return new PreparationFailedError({
    code: "RUNNER_PREPARATION_CRASH",
    message: `The process that was preparing ${competitionId} broke down (${how}).`,
    hint: "Run it again: it goes on from what is there. --log-level debug shows what the process said.",
    ...(stderr.trim() === "" ? {} : { cause: new Error(stderr.trim()) }),
  });
}
