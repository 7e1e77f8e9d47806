import type { EvalLogWriter, EvalSampleReductions, EvalResults as LogResults } from "@mlebench/eval-log";
import { evalResults } from "@mlebench/scorer";
import { describeError } from "../describe-error.js";
import type { RunEventListener } from "../events.js";
import type { ScheduleResult } from "../schedule/schedule.js";
import type { ResolvedRun } from "./resolved-run.js";
import { type RunResult, runResult } from "./run-result.js";
import { splitResults } from "./split-results.js";

type Settled = { readonly counts: ScheduleResult } | { readonly failure: unknown };

/** How a schedule ended, also when it broke: the log wants its end either way. */
export async function settled(schedule: Promise<ScheduleResult>): Promise<Settled> {
  try {
    return { counts: await schedule };
  } catch (failure) {
    return { failure };
  }
}

/** Reduces and logs the results. @throws what broke the schedule, once the log is finished. */
export async function finishRun(
  run: ResolvedRun,
  end: Settled,
  { writer, emit }: { readonly writer: EvalLogWriter; readonly emit: RunEventListener },
): Promise<RunResult> {
  const { plan, scorers, epochsReducer: reducers } = run;
  const failure = "failure" in end ? end.failure : undefined;
  const cancelled = run.options.signal?.aborted === true;
  const failed = failure !== undefined || ("counts" in end && end.counts.failed);
  const status = cancelled ? "cancelled" : failed ? "error" : "success";
  const isPlanned = (id: string, epoch: number): boolean =>
    plan.samples.some((sample) => sample.competitionId === id && sample.epoch === epoch);
  const inPlan = writer.summaries.filter((row) => isPlanned(String(row.id), row.epoch));
  const computed = run.score
    ? evalResults(inPlan, { totalSamples: plan.samples.length, scorers, reducers })
    : undefined;
  const firstError = inPlan.find(({ error }) => error !== undefined)?.error;
  const error = failure ?? (status === "error" ? new Error(firstError ?? "A sample failed.") : undefined);
  await writer.finish({
    status,
    results: computed?.results as LogResults | undefined,
    reductions: computed?.reductions as EvalSampleReductions[] | undefined,
    error: error === undefined ? undefined : describeError(error),
  });
  emit({ type: "run-end", status, logPath: writer.path });
  if (failure !== undefined && !cancelled) throw failure;
  return runResult(run, {
    status,
    writer,
    results: computed?.results,
    splits: computed ? splitResults(inPlan, { plan, scorers, reducers }) : [],
  });
}
