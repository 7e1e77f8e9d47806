import type { EvalLog, EvalSampleSummary } from "@mlebench/eval-log";
import { UsageError } from "../errors.js";
import type { PlannedSample, RunPlan } from "../plan/run-plan.js";
import { describeDifference, identityDifference, identityOfLog, identityOfRun } from "./run-identity.js";
import type { RunEvalOptions } from "./run-options.js";

/**
 * The samples of an earlier log that finished without an error and need not run again.
 * @throws UsageError when the log is of another task, model, parameters, limits or options, or is complete already.
 */
export function resumedSamples(
  logPath: string,
  { header, summaries }: { readonly header: EvalLog; readonly summaries: readonly EvalSampleSummary[] },
  options: RunEvalOptions,
  plan: RunPlan,
): readonly PlannedSample[] {
  refuseOther(logPath, header, options);
  const finished = finishedSamples(summaries, plan);
  // A log whose process was killed after its last sample still wants its results.
  if (finished.length === plan.samples.length && header.status === "success") {
    throw new UsageError({
      code: "RUNNER_RESUME_COMPLETE",
      message: `${logPath} is complete: all ${plan.samples.length} samples finished.`,
      hint: "Look at it with `mlebench log show`, or start a new run.",
    });
  }
  return finished;
}

/** The planned samples that a log has, without those that ended in an error. */
export function finishedSamples(rows: readonly EvalSampleSummary[], plan: RunPlan): readonly PlannedSample[] {
  return plan.samples.filter(({ competitionId, epoch }) =>
    rows.some((row) => String(row.id) === competitionId && row.epoch === epoch && row.error === undefined),
  );
}

function refuseOther(logPath: string, header: EvalLog, options: RunEvalOptions): void {
  const ignoreEpochs = options.extendLog ?? false;
  const before = identityOfLog(header.eval, { ignoreEpochs });
  const now = identityOfRun(options, { ignoreEpochs });
  const what = identityDifference(before, now);
  if (what === undefined) return;
  throw new UsageError({
    code: "RUNNER_RESUME_MISMATCH",
    message: `${logPath} cannot be resumed: its ${describeDifference(what, before[what], now[what])}.`,
    hint: "Resume with the same settings, or start a new run; `mlebench eval-set` adds epochs and competitions to a log.",
  });
}
