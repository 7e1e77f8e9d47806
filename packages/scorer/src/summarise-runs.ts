import { type GradingReport, pairwiseMean } from "@mlebench/grader";
import { ScorerError } from "./errors.js";
import { standardError } from "./numeric/sample-variance.js";
import type { ReportOfSample } from "./reports-of-samples.js";

/** The yes-or-no facts of a report of which a share is taken. */
export const RUN_METRICS = [
  "any_medal",
  "gold_medal",
  "silver_medal",
  "bronze_medal",
  "above_median",
  "valid_submission",
  "submission_exists",
] as const;

/** One of {@link RUN_METRICS}. */
export type RunMetric = (typeof RUN_METRICS)[number];
type ReportFacts = Pick<GradingReport, "competition_id" | RunMetric>;

/** One pass over the competitions, such as one seed or one epoch. */
export interface SeedRun {
  /** What messages call it. @default its position, from 1 */
  readonly label?: string;
  readonly reports: readonly ReportFacts[];
}

/** What {@link summariseRuns} takes. */
export interface SummariseRunsOptions {
  /** Competitions by the name of the split, in the order of the columns. */
  readonly splits: Readonly<Record<string, readonly string[]>>;
  /**
   * A competition of the split without a report in a run: "pad" counts it as nothing achieved, "drop-run" leaves the
   * run out of that split. Neither ever shrinks the denominator.
   * @default "pad"
   */
  readonly missing?: "pad" | "drop-run";
}

/** The share of competitions of which a fact holds. */
export interface Share {
  /** Percent, the mean over runs. */
  readonly mean: number;
  /** Standard error of that mean over runs (n - 1), in percent points; 0 for one run. */
  readonly standardError: number;
  /** Percent, run by run. */
  readonly perRun: readonly number[];
}

/** Runs put together for one split. */
export interface SplitSummary {
  readonly name: string;
  readonly competitions: number;
  /** Runs that count here. */
  readonly runs: number;
  /** Reports that the counted runs lack, and so count as nothing achieved. */
  readonly missingReports: number;
  /** Runs left out because they are not complete. */
  readonly droppedRuns: number;
  /** Absent when no run has a report of any competition of the split, or none is complete. */
  readonly shares?: Readonly<Record<RunMetric, Share>>;
}

/** Runs put together, per split. */
export interface RunsSummary {
  readonly runs: number;
  readonly splits: readonly SplitSummary[];
}

/**
 * The numbers of MLE-bench's leaderboard: in each run the percentage of a split's competitions that earned any medal
 * (and the like), then mean and standard error of the mean over the runs.
 * @throws ScorerError `SCORER_NO_RUNS` for no runs; `SCORER_BAD_OPTION` when a run has two reports of a competition.
 * @see openai/mle-bench experiments/aggregate_grading_reports.py
 */
export function summariseRuns(
  runs: readonly SeedRun[],
  { splits, missing = "pad" }: SummariseRunsOptions,
): RunsSummary {
  if (runs.length === 0) {
    throw new ScorerError({
      code: "SCORER_NO_RUNS",
      message: "There are no runs to sum up.",
      hint: "Give at least one log; the leaderboard asks for three seeds.",
    });
  }
  const byCompetition = runs.map(indexReports);
  return {
    runs: runs.length,
    splits: Object.entries(splits).map(([name, competitions]) =>
      summariseSplit(name, competitions, byCompetition, missing),
    ),
  };
}

/** Epochs of one log as runs of their own, in the order of the epochs. */
export function runsOfEpochs(reports: Iterable<ReportOfSample>): SeedRun[] {
  const epochs = new Map<number, GradingReport[]>();
  for (const { epoch, report } of reports) epochs.set(epoch, [...(epochs.get(epoch) ?? []), report]);
  return [...epochs].sort(([a], [b]) => a - b).map(([epoch, list]) => ({ label: `epoch ${epoch}`, reports: list }));
}

type ReportIndex = ReadonlyMap<string, ReportFacts>;

function indexReports({ label, reports }: SeedRun, position: number): ReportIndex {
  const index = new Map<string, ReportFacts>();
  for (const report of reports) {
    if (index.has(report.competition_id)) {
      throw new ScorerError({
        code: "SCORER_BAD_OPTION",
        message: `Run ${label ?? position + 1} has two reports of ${report.competition_id}.`,
        hint: "Give every seed or epoch as a run of its own.",
      });
    }
    index.set(report.competition_id, report);
  }
  return index;
}

function summariseSplit(
  name: string,
  competitions: readonly string[],
  runs: readonly ReportIndex[],
  missing: "pad" | "drop-run",
): SplitSummary {
  const lacking = (run: ReportIndex): number => competitions.filter((id) => !run.has(id)).length;
  const counted = missing === "pad" ? runs : runs.filter((run) => lacking(run) === 0);
  const missingReports = counted.reduce((sum, run) => sum + lacking(run), 0);
  const summary = {
    name,
    competitions: competitions.length,
    runs: counted.length,
    missingReports,
    droppedRuns: runs.length - counted.length,
  };
  if (missingReports === counted.length * competitions.length) return summary;
  const share = (metric: RunMetric): Share => {
    const perRun = counted.map(
      (run) => (competitions.filter((id) => run.get(id)?.[metric] === true).length / competitions.length) * 100,
    );
    return { mean: pairwiseMean(perRun), standardError: standardError(perRun), perRun };
  };
  const shares = Object.fromEntries(RUN_METRICS.map((metric) => [metric, share(metric)]));
  return { ...summary, shares: shares as Record<RunMetric, Share> };
}
