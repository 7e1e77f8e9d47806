import { getChecksums, getCompetition } from "@mlebench/competitions";
import {
  isRegisteredPreparer,
  type PrepareCompetitionOptions,
  type PrepareResult,
  prepareCompetition,
} from "@mlebench/data-prep";
import { fromRaised, raisedError } from "../../child-process/raised-error.js";
import { describeFailure, runBoundedProcess } from "../../child-process/run-bounded-process.js";
import { RunnerError } from "../../errors.js";
import { plugInModules } from "../../plug-in/plug-in-modules.js";
import { isPlugInPreparer } from "../../plug-in/plug-in-registry.js";
import { PARENT_WORK, type ParentMessage, type ParentWork, type PreparationMessage } from "./preparation-messages.js";

/** A preparation failed in its own process; the code is that of the error there, such as one of data-prep's. */
export class PreparationFailedError extends RunnerError {}

export interface BoundedPreparationOptions extends PrepareCompetitionOptions {
  /** Memory that the preparation may hold. */
  readonly memoryMiB: number;
}

const CODE = "RUNNER_PREPARATION";
const HINTS = {
  memory: "Give it more with --preparation-memory MIB, or prepare it on a machine with more memory.",
  crash: "Run it again: it goes on from what is there. --log-level debug shows what the process said.",
};
/** What a preparation gets to clean up after it was told to stop; one in a loop never hears of it. */
const GRACE_MILLISECONDS = 5000;

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
  const perform = parentWork(competitionId, options);
  const plugIns = isOwn ? plugInModules() : [];
  const failures = new Map<number, unknown>();
  const request: ParentMessage = {
    type: "prepare",
    request: {
      competition: getCompetition(competitionId),
      options: { ...rest, checksums: options.checksums ?? getChecksums(competitionId) },
      offers: PARENT_WORK.filter((name) => perform[name] !== undefined),
      plugIns,
    },
  };
  const outcome = await runBoundedProcess("preparation-process.js", request, {
    memoryMiB,
    signal,
    // A user's plug-in may read settings of its own.
    env: plugIns.length > 0 ? process.env : undefined,
    onAbort: { message: { type: "abort" }, graceMilliseconds: GRACE_MILLISECONDS },
    onMessage: (message: PreparationMessage, send: (message: ParentMessage) => void) => {
      if (message.type === "result" || message.type === "error") return message;
      if (message.type === "progress") onProgress?.(message.progress);
      else {
        const { call, work, args } = message;
        perform[work]?.(...args).then(
          (value) => send({ type: "answer", call, value }),
          (error) => {
            failures.set(call, error);
            send({ type: "failure", call, error: raisedError(error) });
          },
        );
      }
      return undefined;
    },
  });
  if (outcome.type !== "answer") {
    throw new PreparationFailedError(
      describeFailure(outcome, { name: `Preparing ${competitionId}`, code: CODE, memoryMiB, hints: HINTS }),
    );
  }
  const { answer } = outcome;
  if (answer.type === "result") return answer.result;
  signal?.throwIfAborted();
  if (answer.call !== undefined && failures.has(answer.call)) throw failures.get(answer.call);
  throw new PreparationFailedError(fromRaised(answer.error, CODE));
}

/** What this process does for the one that prepares, of what the caller offers. */
function parentWork(
  competitionId: string,
  { download, fetchFile, description, signal, onProgress }: PrepareCompetitionOptions,
): Record<ParentWork, ((...args: string[]) => Promise<string | Uint8Array>) | undefined> {
  const never = new AbortController().signal;
  return {
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
}

/** Whether a preparation was ended because it held more memory than it may. */
export function isOutOfMemory(error: unknown): boolean {
  return PreparationFailedError.is(error) && error.code === `${CODE}_MEMORY`;
}
