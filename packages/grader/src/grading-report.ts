import type { MedalLines } from "./medals.js";
import { medalsFor } from "./medals.js";
import { pythonIsoFormat } from "./python-datetime.js";

/**
 * Report of one submission: upstream's keys in upstream's order, and `reason` when it is invalid.
 * @see openai/mle-bench `CompetitionReport`
 */
export interface GradingReport {
  competition_id: string;
  /** Rounded to 5 decimals as Python rounds; null = invalid. NaN and infinities are valid scores. */
  score: number | null;
  gold_threshold: number;
  silver_threshold: number;
  bronze_threshold: number;
  median_threshold: number;
  any_medal: boolean;
  gold_medal: boolean;
  silver_medal: boolean;
  bronze_medal: boolean;
  above_median: boolean;
  submission_exists: boolean;
  valid_submission: boolean;
  is_lower_better: boolean;
  /** Local time without zone, as Python's `isoformat()`. */
  created_at: string;
  submission_path: string;
  /** Why the submission is invalid; only then. */
  reason?: string;
}

/** Report of several submissions: upstream's keys in upstream's order. */
export interface AggregateReport {
  total_runs: number;
  total_runs_with_submissions: number;
  total_valid_submissions: number;
  total_medals: number;
  total_gold_medals: number;
  total_silver_medals: number;
  total_bronze_medals: number;
  total_above_median: number;
  /** In the order of the input. */
  competition_reports: GradingReport[];
}

/** What a report is made of. */
export interface ReportFacts {
  readonly competitionId: string;
  readonly score: number | null;
  readonly lines: MedalLines;
  readonly submissionExists: boolean;
  readonly submissionPath: string;
  readonly createdAt: Date;
  readonly reason?: string;
}

/** Puts a report together; the medals follow from score and lines. */
export function buildReport(facts: ReportFacts): GradingReport {
  const { score, lines } = facts;
  const medals = medalsFor(score, lines);
  return {
    competition_id: facts.competitionId,
    score,
    gold_threshold: lines.gold,
    silver_threshold: lines.silver,
    bronze_threshold: lines.bronze,
    median_threshold: lines.median,
    any_medal: medals.any,
    gold_medal: medals.gold,
    silver_medal: medals.silver,
    bronze_medal: medals.bronze,
    above_median: medals.aboveMedian,
    submission_exists: facts.submissionExists,
    valid_submission: score !== null,
    is_lower_better: lines.isLowerBetter,
    created_at: pythonIsoFormat(facts.createdAt),
    submission_path: facts.submissionPath,
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
  };
}

/** Adds reports up. */
export function aggregateReports(reports: readonly GradingReport[]): AggregateReport {
  const count = (holds: (report: GradingReport) => boolean): number => reports.filter(holds).length;
  return {
    total_runs: reports.length,
    total_runs_with_submissions: count((report) => report.submission_exists),
    total_valid_submissions: count((report) => report.valid_submission),
    total_medals: count((report) => report.any_medal),
    total_gold_medals: count((report) => report.gold_medal),
    total_silver_medals: count((report) => report.silver_medal),
    total_bronze_medals: count((report) => report.bronze_medal),
    total_above_median: count((report) => report.above_median),
    competition_reports: [...reports],
  };
}

/**
 * A report as JSON text, indented by four blanks as upstream writes it. NaN and infinite scores become the words `NaN`,
 * `Infinity` and `-Infinity`, which Python's json reads and writes but JSON.parse refuses; read them with
 * {@link parseReport}.
 */
export function stringifyReport(report: GradingReport | AggregateReport): string {
  const lines = JSON.stringify(report, (key, value) => (key === "score" ? pythonNumber(value) : value), 4).split("\n");
  // Only a whole line of the printed report can be a marked score, so text of a reason is never touched.
  return lines.map((line) => line.replace(/^( +"score": )"\\u0000(.*)"(,?)$/, "$1$2$3")).join("\n");
}

/** Reads what {@link stringifyReport} or upstream wrote. */
export function parseReport<T extends GradingReport | AggregateReport>(text: string): T {
  const marked = text.replace(/^(\s*"score": )(NaN|-?Infinity)(,?)\s*$/gm, '$1"\\u0000$2"$3');
  return JSON.parse(marked, (key, value) =>
    key === "score" && typeof value === "string" && value.startsWith("\u0000") ? Number(value.slice(1)) : value,
  ) as T;
}

function pythonNumber(value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? `\u0000${value}` : value;
}

/** The three medals, in the words of reports and tables. */
export type Medal = "gold" | "silver" | "bronze";

/** The medal that a report was given; undefined when none. */
export function medalOf(report: Pick<GradingReport, `${Medal}_medal`>): Medal | undefined {
  if (report.gold_medal) return "gold";
  if (report.silver_medal) return "silver";
  return report.bronze_medal ? "bronze" : undefined;
}
