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
   * What is missing counts as no submission: a split has as many seeds as the competition with the most reports.
   * Without it, it has as many as the competition with the fewest, and no shares when one has none.
   * @default false
   */
  readonly padMissing?: boolean;
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
  /** Seeds that count here. */
  readonly seeds: number;
  /** Reports that were missing and count as no submission. */
  readonly paddedReports: number;
  /** Reports beyond the seeds that all competitions have, which do not count. */
  readonly unusedReports: number;
  /** Competitions without any report. */
  readonly withoutReports: readonly string[];
  /** Absent when no competition of the split has a report, or one has none and nothing is padded. */
  readonly shares?: Readonly<Record<RunMetric, Share>>;
}

/** Runs put together, per split. */
export interface RunsSummary {
  readonly runs: number;
  readonly splits: readonly SplitSummary[];
}

/**
 * The numbers of MLE-bench's leaderboard: for each seed the percentage of a split's competitions that earned any medal
 * (and the like), then mean and standard error of the mean over the seeds. The k-th report of a competition, in the order
 * of the runs, is its seed k.
 * @throws ScorerError `SCORER_NO_RUNS` for no runs; `SCORER_BAD_OPTION` when a run has two reports of a competition.
 * @see openai/mle-bench experiments/aggregate_grading_reports.py
 */
export function summariseRuns(
  runs: readonly SeedRun[],
  { splits, padMissing = false }: SummariseRunsOptions,
): RunsSummary {
  if (runs.length === 0) {
    throw new ScorerError({
      code: "SCORER_NO_RUNS",
      message: "There are no runs to sum up.",
      hint: "Give at least one log; the leaderboard asks for three seeds.",
    });
  }
  const seeds = seedsByCompetition(runs);
  return {
    runs: runs.length,
    splits: Object.entries(splits).map(([name, competitions]) => {
      const ofSplit = competitions.map((id) => ({ id, reports: seeds.get(id) ?? [] }));
      return summariseSplit(name, ofSplit, padMissing);
    }),
  };
}

/** Epochs of one log as runs of their own, in the order of the epochs, each in the order of its competitions' ids. */
export function runsOfEpochs(
  reports: Iterable<ReportOfSample>,
): { readonly label: string; readonly reports: readonly GradingReport[] }[] {
  const epochs = new Map<number, GradingReport[]>();
  for (const { epoch, report } of reports) epochs.set(epoch, [...(epochs.get(epoch) ?? []), report]);
  return [...epochs]
    .sort(([a], [b]) => a - b)
    .map(([epoch, list]) => ({ label: `epoch ${epoch}`, reports: list.sort(byCompetition) }));
}

function byCompetition({ competition_id: a }: GradingReport, { competition_id: b }: GradingReport): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The reports of each competition, in the order of the runs. */
function seedsByCompetition(runs: readonly SeedRun[]): ReadonlyMap<string, readonly ReportFacts[]> {
  const seeds = new Map<string, ReportFacts[]>();
  for (const [position, { label, reports }] of runs.entries()) {
    const seen = new Set<string>();
    for (const report of reports) {
      const id = report.competition_id;
      if (seen.has(id)) {
        throw new ScorerError({
          code: "SCORER_BAD_OPTION",
          message: `Run ${label ?? position + 1} has two reports of ${id}.`,
          hint: "Give every seed or epoch as a run of its own.",
        });
      }
      seen.add(id);
      seeds.set(id, [...(seeds.get(id) ?? []), report]);
    }
  }
  return seeds;
}

function summariseSplit(
  name: string,
  competitions: readonly { readonly id: string; readonly reports: readonly ReportFacts[] }[],
  padMissing: boolean,
): SplitSummary {
  const counts = competitions.map(({ reports }) => reports.length);
  const seeds = padMissing ? Math.max(...counts) : Math.min(...counts);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  const summary = {
    name,
    competitions: competitions.length,
    seeds,
    paddedReports: sum(counts.map((count) => Math.max(0, seeds - count))),
    unusedReports: sum(counts.map((count) => Math.max(0, count - seeds))),
    withoutReports: competitions.filter(({ reports }) => reports.length === 0).map(({ id }) => id),
  };
  if (seeds === 0) return summary;
  const share = (metric: RunMetric): Share => {
    const perRun = Array.from(
      { length: seeds },
      (_, seed) =>
        (competitions.filter(({ reports }) => reports[seed]?.[metric] === true).length / competitions.length) * 100,
    );
    return { mean: pairwiseMean(perRun), standardError: standardError(perRun), perRun };
  };
  const shares = Object.fromEntries(RUN_METRICS.map((metric) => [metric, share(metric)]));
  return { ...summary, shares: shares as Record<RunMetric, Share> };
}
