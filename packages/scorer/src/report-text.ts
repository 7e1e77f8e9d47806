import { type GradingReport, medalOf } from "@mlebench/grader";

/** A report in words, as markdown: the verdict in one line, then the lines it was measured against. */
export function reportText(report: GradingReport): string {
  const better = report.is_lower_better ? "lower is better" : "higher is better";
  const lines = [`**${report.competition_id}**: ${verdict(report)}`];
  if (report.reason) lines.push("", `Reason: ${report.reason}`);
  lines.push(
    "",
    `| score (${better}) | gold | silver | bronze | median |`,
    "|---|---|---|---|---|",
    `| ${report.score ?? "none"} | ${report.gold_threshold} | ${report.silver_threshold} | ${report.bronze_threshold} | ${report.median_threshold} |`,
  );
  return lines.join("\n");
}

function verdict(report: GradingReport): string {
  if (!report.submission_exists) return "no submission.";
  if (!report.valid_submission) return "the submission is invalid.";
  const median = report.above_median ? "above the median" : "not above the median";
  return `valid submission, score ${report.score}, ${median}, ${medalOf(report) ?? "no"} medal.`;
}
