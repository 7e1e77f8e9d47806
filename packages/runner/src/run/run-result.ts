import type {
  EvalLogWriter,
  EvalSampleReductions,
  EvalSampleSummary,
  EvalResults as LogResults,
} from "@mlebench/eval-log";
import { type EvalResults, evalResults, type ReportOfSample, reportsOfSamples } from "@mlebench/scorer";
import { artifactsDirectory } from "../artifacts-directory.js";
import { describeError } from "../describe-error.js";
import type { RunEventListener } from "../events.js";
import type { ScheduleResult } from "../schedule/schedule.js";
import type { ResolvedRun } from "./resolved-run.js";
import { type SplitResults, splitResults } from "./split-results.js";

/** One row of the closing table. */
export interface SampleRow {
  readonly competitionId: string;
  readonly epoch: number;
  readonly summary?: EvalSampleSummary;
  readonly report?: ReportOfSample["report"];
}

/** What became of a run. */
export interface RunResult {
  readonly status: "success" | "error" | "cancelled";
  readonly task: string;
  readonly model: string;
  readonly protocol: string;
  readonly logPath: string;
  /** Folder with the kept submissions and code. */
  readonly artifactsDirectory: string;
  /** Every planned sample in plan order; those that never ran have no summary. */
  readonly samples: readonly SampleRow[];
  readonly totalSamples: number;
  readonly finishedSamples: number;
  readonly erroredSamples: number;
  /** Never started, or stopped before their end. */
  readonly missingSamples: number;
  /** Absent when the run did not score. */
  readonly results?: EvalResults;
  /** Per complexity; empty when no competition of the benchmark was run or nothing was scored. */
  readonly splits: readonly SplitResults[];
  /** 0 when every sample finished, 1 when not, 130 when the run was cancelled. */
  readonly exitCode: 0 | 1 | 130;
}

/**
 * Reduces and logs the results, also when the schedule broke: the log wants its end either way.
 * @throws what broke the schedule, once the log is finished.
 */
export async function finishRun(
  run: ResolvedRun,
  end: PromiseSettledResult<ScheduleResult>,
  { writer, emit }: { readonly writer: EvalLogWriter; readonly emit: RunEventListener },
): Promise<RunResult> {
  const { plan, task, model, protocol, scorers, epochsReducer: reducers } = run;
  const broke = end.status === "rejected";
  const cancelled = run.options.signal?.aborted === true;
  const status = cancelled ? "cancelled" : broke || end.value.failed ? "error" : "success";
  const isPlanned = (id: string, epoch: number): boolean =>
    plan.samples.some((sample) => sample.competitionId === id && sample.epoch === epoch);
  const inPlan = writer.summaries.filter((row) => isPlanned(String(row.id), row.epoch));
  const computed = run.score
    ? evalResults(inPlan, { totalSamples: plan.samples.length, scorers, reducers })
    : undefined;
  const firstError = inPlan.find(({ error }) => error !== undefined)?.error;
  const error = broke ? end.reason : status === "error" ? new Error(firstError ?? "A sample failed.") : undefined;
  await writer.finish({
    status,
    results: computed?.results as LogResults | undefined,
    reductions: computed?.reductions as EvalSampleReductions[] | undefined,
    error: error === undefined ? undefined : describeError(error),
  });
  emit({ type: "run-end", status, logPath: writer.path });
  if (broke && !cancelled) throw end.reason;
  const reports = reportsOfSamples(writer.summaries);
  const samples = plan.samples.map(({ competitionId, epoch }): SampleRow => {
    const summary = writer.summaries.find((row) => String(row.id) === competitionId && row.epoch === epoch);
    const report = reports.find((each) => each.id === competitionId && each.epoch === epoch)?.report;
    return { competitionId, epoch, summary, report };
  });
  const ran = samples.flatMap(({ summary }) => (summary ? [summary] : []));
  const errored = ran.filter(({ error }) => error !== undefined).length;
  const finished = ran.length - errored;
  return {
    status,
    task: task.name,
    model: model.id,
    protocol,
    logPath: writer.path,
    artifactsDirectory: artifactsDirectory(writer.path),
    samples,
    totalSamples: samples.length,
    finishedSamples: finished,
    erroredSamples: errored,
    missingSamples: samples.length - ran.length,
    results: computed?.results,
    splits: computed ? splitResults(inPlan, run) : [],
    exitCode: status === "cancelled" ? 130 : status === "success" && finished === samples.length ? 0 : 1,
  };
}
