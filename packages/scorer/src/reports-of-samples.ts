import { parseJson } from "@mlebench/base";
import type { GradingReport } from "@mlebench/grader";
import type { EvaluatedSample } from "./eval-results.js";

/** Upstream's keys, in upstream's order. */
export const REPORT_KEYS = [
  "competition_id",
  "score",
  "gold_threshold",
  "silver_threshold",
  "bronze_threshold",
  "median_threshold",
  "any_medal",
  "gold_medal",
  "silver_medal",
  "bronze_medal",
  "above_median",
  "submission_exists",
  "valid_submission",
  "is_lower_better",
  "created_at",
  "submission_path",
] as const satisfies readonly (keyof GradingReport)[];

/** A sample's grading report. */
export interface ReportOfSample {
  readonly id: string | number;
  readonly epoch: number;
  readonly report: GradingReport;
}

/**
 * The grading reports that scored samples carry: in the score's metadata, as this scorer writes them, or as JSON in
 * the explanation, as Inspect's scorer does. Samples without one are left out; whoever sums up must count them.
 */
export function reportsOfSamples(samples: Iterable<EvaluatedSample>, scorer = "mle_bench_scorer"): ReportOfSample[] {
  return [...samples].flatMap(({ id, epoch, scores }) => {
    const score = scores?.[scorer];
    const report = [score?.metadata, parseJson(score?.explanation ?? "")].find(isReport);
    return report ? [{ id, epoch, report }] : [];
  });
}

function isReport(value: unknown): value is GradingReport {
  return typeof value === "object" && value !== null && REPORT_KEYS.every((key) => key in value);
}
