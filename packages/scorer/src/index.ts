export type { EvalResults, EvalSampleReductions, Score, ScoreScalar, ScoreValue } from "@mlebench/base/log-types";
export { ScorerError, type ScorerErrorCode } from "./errors.js";
export {
  type EvalResultsOptions,
  type EvaluatedSample,
  evalResults,
} from "./eval-results.js";
export {
  type LeaderboardEntry,
  type LeaderboardOptions,
  type LeaderboardTable,
  leaderboardMarkdown,
  leaderboardTable,
} from "./leaderboard-table.js";
export { type ConfidenceIntervalOptions, ci, ciWilson, type IntervalOptions } from "./metrics/intervals.js";
export { accuracy, type MetricOptions, mean, std, variance } from "./metrics/means.js";
export type { Metric, MetricValue } from "./metrics/metric.js";
export { metricByName } from "./metrics/metric-by-name.js";
export { type BootstrapOptions, bootstrapStderr, type StderrOptions, stderr } from "./metrics/stderr.js";
export { MLE_BENCH_KEYS, mleBenchScore, mleBenchScorer } from "./mle-bench-scorer.js";
export type { Reducer } from "./reducers/reducer.js";
export {
  atLeastReducer,
  majorityReducer,
  maxReducer,
  meanReducer,
  medianReducer,
  modeReducer,
  parseReducer,
  passAtReducer,
  passKReducer,
  REDUCER_NAMES,
  type ReducerOptions,
  type ThresholdReducerOptions,
} from "./reducers/reducers.js";
export { reportText } from "./report-text.js";
export { type ReportOfSample, reportsOfSamples } from "./reports-of-samples.js";
export { isUnscored, type SampleScore } from "./score.js";
export {
  type Scorer,
  type ScorerContext,
  type ScorerInfo,
  type ScorerMetrics,
  scorerSpecs,
  unscored,
} from "./scorer.js";
export {
  RUN_METRICS,
  type RunMetric,
  type RunsSummary,
  runsOfEpochs,
  type SeedRun,
  type Share,
  type SplitSummary,
  type SummariseRunsOptions,
  summariseRuns,
} from "./summarise-runs.js";
export { upstreamGradingReport } from "./upstream-grading-report.js";
export { makeValueToFloat, type ValueToFloat, type ValueToFloatOptions, valueToFloat } from "./value-to-float.js";
