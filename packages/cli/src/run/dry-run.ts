import { type ResolvedRun, type RunEvalOptions, resolveRun, survey } from "@mlebench/runner";
import type { MergedSettings } from "@mlebench/runner/settings";
import { dryRunJson, formatDryRun } from "../output/dry-run.js";
import { toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";

/** A run of a set, or one that needs nothing any more. */
interface PlannedRun {
  readonly task: string;
  readonly model: string;
  readonly logPath?: string;
  readonly run?: ResolvedRun;
}

/** Prints what a run would do. Nothing is made, written or started. @throws what the run would be refused for */
export async function dryRun(options: RunEvalOptions, settings: MergedSettings): Promise<void> {
  const run = resolveRun(options, await survey(options), sourcesOf(settings));
  if (settings.values.json) printJson(dryRunJson(run, settings));
  else toStdout(formatDryRun(run, settings));
}

/** Prints what a set would do, one block for each run. */
export function printPlannedRuns(runs: readonly PlannedRun[], settings: MergedSettings): void {
  if (settings.values.json) {
    const json = runs.map(({ task, model, logPath, run }) => ({
      ...(run ? dryRunJson(run, settings) : { task, model, complete: true }),
      log: logPath,
    }));
    printJson({ runs: json });
    return;
  }
  const blocks = runs.map(({ task, model, logPath, run }) =>
    run ? formatDryRun(run, settings) : `${task} with ${model} is complete: ${logPath}\n`,
  );
  toStdout(blocks.join("\n"));
}

/** Where each setting came from, by its name. */
export function sourcesOf({ origins }: MergedSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(origins).flatMap(([name, origin]) => (origin ? [[name, origin.where]] : [])),
  );
}
