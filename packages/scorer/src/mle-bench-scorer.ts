import type { Score } from "@mlebench/base/log-types";
import type { GradingReport } from "@mlebench/grader";
import { accuracy } from "./metrics/means.js";
import { stderr } from "./metrics/stderr.js";
import { reportText } from "./report-text.js";
import type { Scorer } from "./scorer.js";

/** The keys of the score, in the order of the results. */
export const MLE_BENCH_KEYS = ["valid_submission", "above_median", "any_medal"] as const;

/**
 * The default scorer: whether the submission is valid, above the median, and worth a medal, each with accuracy and
 * standard error. The whole report is in the score's metadata, its text in the explanation.
 */
export function mleBenchScorer(): Scorer {
  const metrics = Object.fromEntries(MLE_BENCH_KEYS.map((key) => [key, [accuracy(), stderr()]]));
  return { name: "mle_bench_scorer", params: {}, metrics, score: ({ report }) => mleBenchScore(report) };
}

/** The score of a report. */
export function mleBenchScore(report: GradingReport): Score {
  return {
    value: Object.fromEntries(MLE_BENCH_KEYS.map((key) => [key, report[key]])),
    explanation: reportText(report),
    metadata: { ...report },
    history: [],
  };
}
