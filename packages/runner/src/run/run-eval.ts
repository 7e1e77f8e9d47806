import { applyRun } from "./apply-run.js";
import { checkRunEvalOptions } from "./check-run-options.js";
import { resolveRun } from "./resolve-run.js";
import type { RunEvalOptions } from "./run-options.js";
import type { RunResult } from "./run-result.js";
import { survey } from "./survey.js";

/**
 * Runs a task: every competition times every epoch, each in a sandbox of its own, graded on the host and written to one
 * log as it finishes.
 * @returns also when samples failed or the run was cancelled: see `status`, and `exitCode` is 0 only when every
 * sample finished.
 * @throws what makes a run impossible: wrong options, no key, no Docker, a data directory that cannot be written.
 */
export async function runEval(options: RunEvalOptions): Promise<RunResult> {
  checkRunEvalOptions(options);
  return await applyRun(resolveRun(options, await survey(options)));
}
