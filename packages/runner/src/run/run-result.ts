import type { EvalLogWriter, EvalSampleSummary } from "@mlebench/eval-log";
import { type EvalResults, type ReportOfSample, reportsOfSamples } from "@mlebench/scorer";
import { artifactsDirectory } from "../artifacts-directory.js";
import type { ResolvedRun } from "./resolved-run.js";
import type { SplitResults } from "./split-results.js";

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

export function runResult(
  { plan, task, model, protocol }: ResolvedRun,
  end: Pick<RunResult, "status" | "results" | "splits"> & { readonly writer: EvalLogWriter },
): RunResult {
  const { status, writer, results, splits } = end;
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
    results,
    splits,
    exitCode: status === "cancelled" ? 130 : status === "success" && finished === samples.length ? 0 : 1,
  };
}
