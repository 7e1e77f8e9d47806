import { registerCompetition } from "@mlebench/competitions";
import { type Downloader, definePreparer, registerPreparer } from "@mlebench/data-prep";
import { defineGrader, InvalidSubmissionError, registerGrader } from "@mlebench/grader";
import { registerMockScript } from "@mlebench/models";
import { registerProvider } from "@mlebench/sandbox-compose";

/**
 * What a plug-in module is given to register things with. It comes as an argument, so that a plug-in needs no
 * dependency of its own and cannot meet another copy of these packages.
 */
export interface PlugInRegistry {
  readonly registerCompetition: typeof registerCompetition;
  readonly registerSource: typeof registerSource;
  readonly definePreparer: typeof definePreparer;
  readonly registerPreparer: typeof registerPreparer;
  readonly defineGrader: typeof defineGrader;
  readonly registerGrader: typeof registerGrader;
  /** What a grader throws with the reason when a submission cannot be scored. */
  readonly InvalidSubmissionError: typeof InvalidSubmissionError;
  readonly registerMockScript: typeof registerMockScript;
  readonly registerProvider: typeof registerProvider;
}

/** The default export of a plug-in module. */
export type PlugIn = (registry: PlugInRegistry) => void | Promise<void>;

const sources = new Map<string, Downloader>();
/** Competitions whose preparer came from a plug-in module. */
const prepared = new Set<string>();

/** The registry of a process that runs. */
export const RUN_REGISTRY: PlugInRegistry = {
  registerCompetition,
  registerSource,
  definePreparer,
  registerPreparer(preparer) {
    registerPreparer(preparer);
    prepared.add(preparer.id);
  },
  defineGrader,
  registerGrader,
  InvalidSubmissionError,
  registerMockScript,
  registerProvider,
};

/** Whether a preparer came from a plug-in module: another process can have it too, by loading that module. */
export function isPlugInPreparer(competitionId: string): boolean {
  return prepared.has(competitionId);
}

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
