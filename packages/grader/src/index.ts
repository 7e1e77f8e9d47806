export * from "./checks/index.js";
export type {
  CsvGraderDefinition,
  CustomGraderDefinition,
  GradeInput,
  Grader,
  PreparedFiles,
} from "./define-grader.js";
export { defineGrader } from "./define-grader.js";
export type { MetricErrorCode } from "./errors.js";
export {
  AnswersUnreadableError,
  DuplicateGraderError,
  GraderError,
  GraderFailedError,
  InvalidSubmissionError,
  LeaderboardUnreadableError,
  MetricError,
  SubmissionListError,
  SubmissionUnreadableError,
  ThresholdsMissingError,
  UnknownGraderError,
} from "./errors.js";
export type { GradeOptions } from "./grade-csv.js";
export { gradeCsv } from "./grade-csv.js";
export type { GradeSubmissionsOptions } from "./grade-submissions.js";
export { gradeSubmissions, writeAggregateReport } from "./grade-submissions.js";
export { getGrader, listGraders, registerGrader } from "./graders.js";
export type { AggregateReport, GradingReport, Medal } from "./grading-report.js";
export { aggregateReports, medalOf, parseReport, stringifyReport } from "./grading-report.js";
export type { MedalLines, Medals } from "./medals.js";
export { medalLines, medalsFor } from "./medals.js";
export { accuracy } from "./metrics/accuracy.js";
export type { Directions } from "./metrics/angular-error.js";
export { meanAngularError } from "./metrics/angular-error.js";
export { averagePrecision } from "./metrics/average-precision.js";
export { averagePrecisionAtK } from "./metrics/average-precision-at-k.js";
export { averageRanks, pearson, spearman } from "./metrics/correlation.js";
export type { MatchCounts } from "./metrics/f-score.js";
export { fBeta, macroF1, microF1OfSets } from "./metrics/f-score.js";
export type { Place } from "./metrics/great-circle-distance.js";
export { greatCircleDistance } from "./metrics/great-circle-distance.js";
export type { GridPoints, GridSteps } from "./metrics/grid-hausdorff-distance.js";
export { gridHausdorffDistance } from "./metrics/grid-hausdorff-distance.js";
export type { Points } from "./metrics/hausdorff-distance.js";
export { directedHausdorffDistance, hausdorffDistance } from "./metrics/hausdorff-distance.js";
export { jaccard } from "./metrics/jaccard.js";
export { countInversions, kendallTau } from "./metrics/kendall-tau.js";
export { labelWeightedRankingPrecision } from "./metrics/label-ranking-average-precision.js";
export type { LaplaceOptions } from "./metrics/laplace-log-likelihood.js";
export { laplaceLogLikelihood } from "./metrics/laplace-log-likelihood.js";
export { codePoints, levenshtein } from "./metrics/levenshtein.js";
export type { LogLossOptions } from "./metrics/log-loss.js";
export { binaryLogLoss, logLoss } from "./metrics/log-loss.js";
export { matthewsCorrelation } from "./metrics/matthews-correlation.js";
export type { Overlap } from "./metrics/overlap.js";
export { dice, intersectionOverUnion } from "./metrics/overlap.js";
export { pairwiseMean, pairwiseSum } from "./metrics/pairwise-sum.js";
export { probabilisticF1 } from "./metrics/probabilistic-f1.js";
export { quadraticWeightedKappa } from "./metrics/quadratic-weighted-kappa.js";
export { quantile } from "./metrics/quantile.js";
export { meanAbsoluteError, meanColumnRmse, meanSquaredError, rmse, rmsle } from "./metrics/regression-errors.js";
export { meanColumnRocAuc, rocAuc } from "./metrics/roc-auc.js";
export type { RocCurve } from "./metrics/roc-curve.js";
export { rocCurve } from "./metrics/roc-curve.js";
export type { Runs } from "./metrics/run-lengths.js";
export { countPixels, countSharedPixels, decodeRunLengths } from "./metrics/run-lengths.js";
export type { UprightBox, UprightBoxParts } from "./metrics/upright-box-overlap.js";
export { uprightBox, uprightBoxOverlap } from "./metrics/upright-box-overlap.js";
export { readMedalLines } from "./read-medal-lines.js";
export type { AnswersLocation, ScoreOptions, ScoreResult } from "./score-csv.js";
export { scoreCsv } from "./score-csv.js";
export { type SubmissionBound, submissionBound } from "./submission-bound.js";
export type { ValidationResult } from "./validate-submission.js";
export { validateSubmission } from "./validate-submission.js";
