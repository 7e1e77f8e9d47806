import type { EvalMetricDefinition, EvalScorer, Score } from "@mlebench/base/log-types";
import type { GradingReport } from "@mlebench/grader";
import type { Metric } from "./metrics/metric.js";

/** Metrics over the value itself, or by key of named values; the key "*" stands for every key not named. */
export type ScorerMetrics = readonly Metric[] | Readonly<Record<string, readonly Metric[]>>;

/** What a scorer gets to see once a sample's submission is graded. */
export interface ScorerContext {
  readonly sampleId: string | number;
  readonly epoch: number;
  readonly report: GradingReport;
  /** The copy of the submission kept beside the log, when there was one. */
  readonly submissionPath?: string;
  /** The conversation, in the log's shape. */
  readonly messages?: readonly unknown[];
  /** The answer with which the agent submitted. */
  readonly completion?: string;
  readonly signal?: AbortSignal;
}

/** Turns what a sample left behind into a score. Throwing is an error of ours, never a score of zero. */
export interface Scorer {
  readonly name: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly metrics: ScorerMetrics;
  score(context: ScorerContext): Score | Promise<Score>;
}

/** What results need to know of a scorer. */
export type ScorerInfo = Pick<Scorer, "name" | "params" | "metrics">;

/** The score of a sample that could not be scored; it counts as unscored, not as zero. */
export function unscored(explanation: string, reason = "scoring_failed"): Score {
  return { value: Number.NaN, reason, explanation, history: [] };
}

/** Scorers as the spec of a log lists them. */
export function scorerSpecs(scorers: readonly ScorerInfo[]): EvalScorer[] {
  return scorers.map(({ name, params = {}, metrics }) => ({
    name,
    options: { ...params },
    metrics: isMetricList(metrics)
      ? metrics.map(metricSpec)
      : Object.fromEntries(Object.entries(metrics).map(([key, list]) => [key, list.map(metricSpec)])),
    metadata: {},
  }));
}

export function isMetricList(metrics: ScorerMetrics): metrics is readonly Metric[] {
  return Array.isArray(metrics);
}

/** Inspect's own metrics carry its package's prefix in a spec, so that its tools find them. */
function metricSpec({ name, params }: Metric): EvalMetricDefinition {
  return { name: `inspect_ai/${name}`, options: { ...params } };
}
