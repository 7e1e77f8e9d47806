import { type GradingReport, writeAggregateReport } from "@mlebench/grader";
import { upstreamGradingReport } from "@mlebench/scorer";

/** Writes upstream's `<time>_grading_report.json` of some reports. @returns its path. */
export function writeUpstreamReport(
  reports: readonly GradingReport[],
  directory: string,
  now: Date = new Date(),
): Promise<string> {
  return writeAggregateReport(upstreamGradingReport(reports), directory, { now });
}
