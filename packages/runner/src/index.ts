export type {
  ApprovalDecision,
  ApprovalRequest,
  Approver,
  ModelUsage,
  ReactEvent,
  ReactLimits,
} from "@mlebench/agent-react";
export type { Competition } from "@mlebench/competitions";
export {
  EXCLUDED_COMPETITIONS,
  getCompetition,
  getThresholds,
  listCompetitions,
  readSplit,
} from "@mlebench/competitions";
export type { CompetitionDataStatus, PruneResult, VerifyPreparedResult } from "@mlebench/data-prep";
export { dataStatus, describeDifference, pruneData } from "@mlebench/data-prep";
export {
  convertEvalLog,
  dumpEvalLog,
  type EvalLog,
  type EvalLogInfo,
  type EvalLogVerification,
  type EvalSampleSummary,
  fingerprintOf,
  hasWriter,
  listEvalLogs,
  openLogKey,
  publicKeyLine,
  readEvalLog,
  readEvalSampleSummaries,
  readLiveSamples,
  readLogOrigin,
  recoverEvalLog,
  type SpecOrigin,
  trustLogKeys,
  verifyEvalLog,
} from "@mlebench/eval-log";
export type { AggregateReport, GradingReport } from "@mlebench/grader";
export { gradeCsv, gradeSubmissions, medalOf, stringifyReport, writeAggregateReport } from "@mlebench/grader";
export type { ResolvedModel } from "@mlebench/models";
export { readPrices } from "@mlebench/models";
export type { ComposeSpec, Sandbox, SandboxProvider } from "@mlebench/sandbox-compose";
export type { Score, Scorer, ScorerContext } from "@mlebench/scorer";
export { mleBenchScorer, reportsOfSamples } from "@mlebench/scorer";
export { type LoadApproversOptions, loadApprovers } from "./approval/load-approvers.js";
export { checkOutputDirectory, defaultDataDirectory } from "./data/disk/data-directory.js";
export {
  type PushedCompetition,
  type PushPreparedOptions,
  type PushProgress,
  pushPreparedData,
} from "./data/disk/push-prepared-data.js";
export { type VerifyDataOptions, verifyData } from "./data/disk/verify-data.js";
export type { DownloadPlan } from "./data/download/download-plan.js";
export { PreparationFailedError } from "./data/preparation/bounded-preparation.js";
export {
  type PrepareCompetitionsOptions,
  type PreparedCompetition,
  prepareCompetitions,
} from "./data/preparation/prepare-competitions.js";
export { type CheckRulesOptions, checkAcceptedRules } from "./data/rules/check-rules.js";
export { RulesCheckStoppedError, RulesMissingError } from "./data/rules/rules-errors.js";
export { demoDefaults, registerDemo } from "./demo/register-demo.js";
export { DEFAULT_IMAGE, IMAGE_TARGETS, type ImageTarget } from "./docker-context.js";
export { type Check, type DoctorOptions, doctor, type Finding } from "./doctor/doctor.js";
export { DataDirectoryError, RunCancelledError, RunnerError, UsageError, ValidationBridgeError } from "./errors.js";
export {
  type EvalSetOptions,
  type EvalSetResult,
  type EvalSetRound,
  type EvalSetRun,
  evalSet,
} from "./eval-set/eval-set.js";
export { type EvalSetPlan, planEvalSet } from "./eval-set/plan-eval-set.js";
export type { RunEvent, RunEventListener } from "./events.js";
export {
  type BoundedGradingOptions,
  GradingError,
  type GradingLimits,
  gradeBounded,
  validateBounded,
} from "./grading/bounded-grading.js";
export { type BuildImageOptions, buildImage } from "./image/build-image.js";
export type { PlannedSample, RunPlan, SampleRange } from "./plan/run-plan.js";
export { loadPlugIn } from "./plug-in/load-plug-in.js";
export { loadPlugInsOf, type ModulePaths } from "./plug-in/log-modules.js";
export { type PlugIn, type PlugInRegistry, registerSource } from "./plug-in/plug-in-registry.js";
export { type ResumeDefaultsOptions, resumeDefaults } from "./resume/resume-defaults.js";
export { resolveRun } from "./run/resolve-run.js";
export type {
  CompetitionPlan,
  CostBound,
  Hardware,
  ImagePlan,
  ResolvedRun,
  RunWarning,
} from "./run/resolved-run.js";
export { runEval } from "./run/run-eval.js";
export type { CompetitionFacts, FolderFacts, HostFacts, ResumedLogFacts, RunFacts } from "./run/run-facts.js";
export type { RunDefaults, RunEvalOptions } from "./run/run-options.js";
export type { RunResult, SampleRow } from "./run/run-result.js";
export { redactorOf } from "./run/secrets.js";
export { survey } from "./run/survey.js";
export { type ReactSolverOptions, reactSolver } from "./sample/react-solver.js";
export { camelKeys, cleanupSandboxes, type OpenProviderOptions, openProvider } from "./sandbox/open-provider.js";
export { type ExportedRunGroup, exportRunGroups } from "./score/export-run-groups.js";
export { type ScoredSample, type ScoreLogOptions, type ScoreLogResult, scoreLog } from "./score/score-log.js";
export {
  type EpochReports,
  type LogsSummary,
  type SummariseLogsOptions,
  summariseLogs,
  writeUpstreamReport,
} from "./score/summarise-logs.js";
export { type EnvFileValues, keyAddresses, takeEnvFile } from "./settings/env-file.js";
export {
  type LimitOptions,
  PROTOCOLS,
  type ProtocolDefaults,
  type ProtocolName,
  protocolDefaults,
} from "./settings/protocol.js";
export type { FailOnError } from "./settings/readers.js";
export { loadModule } from "./task/load-module.js";
export { loadScorers } from "./task/load-scorers.js";
export {
  type MleBenchParams,
  mleBench,
  mleBenchFull,
  mleBenchLite,
  type SandboxConfig,
  type SandboxConfigParameters,
  TASKS,
  type Task,
} from "./task/mle-bench.js";
export { checkTaskArgs, type ParsedTaskArgs, type TaskParameters } from "./task/parameters.js";
export { parseMapping, parseTaskArgs, readTaskConfig, type TaskArgs } from "./task/parse-task-args.js";
export type { SampleState, Solver, SolverContext } from "./task/solver.js";
export { describeChange, describeVerification } from "./trust/describe-verification.js";
export { knownLogKeys, type LogTrust, readLogTrust } from "./trust/log-trust.js";
export { sealingKey } from "./trust/sealing-key.js";
export {
  startValidationBridge,
  type ValidationBridge,
  type ValidationBridgeOptions,
} from "./validation-bridge/validation-bridge.js";
