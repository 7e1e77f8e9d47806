import type { KaggleClient } from "@mlebench/kaggle-client";
import type { RunEventListener } from "../events.js";
import { messageOf } from "../sample/describe-error.js";
import { openDataDirectory } from "./data-directory.js";
import { openPreparation } from "./preparation.js";

export interface PrepareCompetitionsOptions {
  readonly dataDir: string;
  readonly rawDir?: string;
  readonly keepRaw?: boolean;
  readonly skipVerification?: boolean;
  readonly skipTosCheck?: boolean;
  readonly kaggle?: KaggleClient;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onEvent?: RunEventListener;
  readonly signal?: AbortSignal;
}

/** What became of one competition. */
export type PreparedCompetition =
  | { readonly competitionId: string; readonly status: "prepared" | "already-prepared" }
  | { readonly competitionId: string; readonly status: "failed"; readonly error: unknown; readonly message: string };

/**
 * Prepares several competitions one after the other; one that fails does not keep the others from being prepared.
 * @throws when nothing can be prepared at all: rules that are not accepted, no credentials, no place to write.
 */
export async function prepareCompetitions(
  competitions: readonly string[],
  options: PrepareCompetitionsOptions,
): Promise<PreparedCompetition[]> {
  const signal = options.signal ?? new AbortController().signal;
  const dataDirectory = await openDataDirectory(options.dataDir);
  await using preparation = await openPreparation(competitions, {
    ...options,
    dataDirectory,
    skipTosCheck: options.skipTosCheck ?? false,
    emit: (event) => options.onEvent?.(event),
  });
  const results: PreparedCompetition[] = [];
  for (const competitionId of competitions) {
    signal.throwIfAborted();
    try {
      await preparation.prepare(competitionId, signal);
      const worked = preparation.missing.includes(competitionId);
      results.push({ competitionId, status: worked ? "prepared" : "already-prepared" });
    } catch (error) {
      signal.throwIfAborted();
      results.push({ competitionId, status: "failed", error, message: messageOf(error) });
    }
  }
  return results;
}
