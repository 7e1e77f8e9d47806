import { type AggregateReport, aggregateReports, type GradingReport } from "@mlebench/grader";

/**
 * Upstream's report of a run: totals, then the reports with upstream's keys alone, both in upstream's order, so that
 * its tools read the file.
 */
export function upstreamGradingReport(reports: readonly GradingReport[]): AggregateReport {
  return aggregateReports(reports.map(upstreamReport));
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
