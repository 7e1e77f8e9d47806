import { type AggregateReport, aggregateReports, type GradingReport } from "@mlebench/grader";
import { REPORT_KEYS } from "./reports-of-samples.js";

/**
 * Upstream's report of a run: totals, then the reports with upstream's keys alone, both in upstream's order, so that
 * its tools read the file.
 */
export function upstreamGradingReport(reports: readonly GradingReport[]): AggregateReport {
  return aggregateReports(reports.map(upstreamReport));
}

function upstreamReport(report: GradingReport): GradingReport {
  return Object.fromEntries(REPORT_KEYS.map((key) => [key, report[key]])) as Pick<
    GradingReport,
    (typeof REPORT_KEYS)[number]
  >;
}
