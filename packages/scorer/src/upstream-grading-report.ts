import type { AggregateReport, GradingReport } from "@mlebench/grader";

/**
 * Upstream's report of a run: totals, then the reports with upstream's keys alone, both in upstream's order, so that
 * its tools read the file.
 */
export function upstreamGradingReport(reports: readonly GradingReport[]): AggregateReport {
  const total = (holds: (report: GradingReport) => boolean): number => reports.filter(holds).length;
  return {
    total_runs: reports.length,
    total_runs_with_submissions: total(({ submission_exists }) => submission_exists),
    total_valid_submissions: total(({ valid_submission }) => valid_submission),
    total_medals: total(({ any_medal }) => any_medal),
    total_gold_medals: total(({ gold_medal }) => gold_medal),
    total_silver_medals: total(({ silver_medal }) => silver_medal),
    total_bronze_medals: total(({ bronze_medal }) => bronze_medal),
    total_above_median: total(({ above_median }) => above_median),
    competition_reports: reports.map(upstreamReport),
  };
}

/** The name under which upstream keeps the report: `2026-11-23T23-07-23-GMT_grading_report.json`. */
export function gradingReportFileName(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(":", "-")}-GMT_grading_report.json`;
}

function upstreamReport(report: GradingReport): GradingReport {
  return {
    competition_id: report.competition_id,
    score: report.score,
    gold_threshold: report.gold_threshold,
    silver_threshold: report.silver_threshold,
    bronze_threshold: report.bronze_threshold,
    median_threshold: report.median_threshold,
    any_medal: report.any_medal,
    gold_medal: report.gold_medal,
    silver_medal: report.silver_medal,
    bronze_medal: report.bronze_medal,
    above_median: report.above_median,
    submission_exists: report.submission_exists,
    valid_submission: report.valid_submission,
    is_lower_better: report.is_lower_better,
    created_at: report.created_at,
    submission_path: report.submission_path,
  };
}
