export type {
  ApprovalDecision,
  ApprovalRequest,
  Approver,
  GenerateConfig,
  ModelUsage,
  ReactEvent,
  ReactLimits,
} from "@mlebench/agent-react";
export { bashTool, defineTool, pythonTool, runReact, submitTool } from "@mlebench/agent-react";
export type { Competition } from "@mlebench/competitions";
export {
  EXCLUDED_COMPETITIONS,
  getCompetition,
  getThresholds,
  listCompetitions,
  listSplits,
  nearestNames,
  readSplit,
} from "@mlebench/competitions";
export type { CompetitionDataStatus, PruneResult, VerifyPreparedResult } from "@mlebench/data-prep";
export { dataStatus, describeDifference, pruneData } from "@mlebench/data-prep";
export {
  convertEvalLog,
  dumpEvalLog,
  type EvalLog,
  type EvalLogInfo,
  type EvalSampleSummary,
  listEvalLogs,
  readEvalLog,
  readEvalSample,
  readEvalSampleSummaries,
  readLiveSamples,
  recoverEvalLog,
} from "@mlebench/eval-log";
export type { AggregateReport, GradeOptions, GradeSubmissionsOptions, GradingReport } from "@mlebench/grader";
export { gradeCsv, gradeSubmissions, stringifyReport, writeAggregateReport } from "@mlebench/grader";
export type { ResolvedModel } from "@mlebench/models";
export { readPrices } from "@mlebench/models";
export type { ComposeSpec, Sandbox, SandboxProvider } from "@mlebench/sandbox-compose";
export type { Score, Scorer, ScorerContext } from "@mlebench/scorer";
export { accuracy, mleBenchScorer, reportsOfSamples, stderr } from "@mlebench/scorer";
export { type LoadApproversOptions, loadApprovers } from "./approval/load-approvers.js";
export { PreparationFailedError } from "./data/bounded-preparation.js";
export { type CheckRulesOptions, checkAcceptedRules } from "./data/check-rules.js";
export { findSource, registerSource } from "./data/competition-sources.js";
export { cacheDirectory, defaultDataDirectory, openDataDirectory } from "./data/data-directory.js";
export type { DownloadPlan } from "./data/download-plan.js";
export {
  type PrepareCompetitionsOptions,
  type PreparedCompetition,
  prepareCompetitions,
} from "./data/prepare-competitions.js";
export {
  type PushedCompetition,
  type PushPreparedOptions,
  type PushProgress,
  pushPreparedData,
} from "./data/push-prepared-data.js";
export { RulesCheckStoppedError } from "./data/rules-check-stopped-error.js";
export { RulesMissingError } from "./data/rules-missing-error.js";
export { type VerifyDataOptions, verifyData } from "./data/verify-data.js";
export { DEMO_COMPETITION_ID } from "./demo/demo-competition.js";
export { demoDefaults } from "./demo/demo-defaults.js";
export { registerDemo } from "./demo/register-demo.js";
export { DEFAULT_IMAGE, DOCKER_CONTEXT, IMAGE_TARGETS, type ImageTarget } from "./docker-context.js";
export type { Check, Finding } from "./doctor/check.js";
export { type DoctorOptions, doctor } from "./doctor/doctor.js";
export {
  DataDirectoryError,
  RunCancelledError,
  RunnerError,
  type RunnerErrorOptions,
  UsageError,
  ValidationBridgeError,
} from "./errors.js";
export {
  type EvalSetOptions,
  type EvalSetResult,
  type EvalSetRound,
  type EvalSetRun,
  evalSet,
} from "./eval-set/eval-set.js";
export type { RunEvent, RunEventListener } from "./events.js";
export {
  type BoundedGradingOptions,
  GradingError,
  type GradingLimits,
  gradeBounded,
  validateBounded,
} from "./grading/bounded-grading.js";
export { type BuildImageOptions, buildImage } from "./image/build-image.js";
export { cleanupSandboxes } from "./image/cleanup-sandboxes.js";
export { checkOutputDirectory } from "./output-directory.js";
export type { LimitOptions } from "./plan/limits.js";
export { parseLimit, type SampleRange } from "./plan/parse-limit.js";
export { makeRunPlan, type PlannedSample, type RunPlan, type RunPlanOptions } from "./plan/run-plan.js";
export { loadPlugIn } from "./plug-in/load-plug-in.js";
export { loadPlugInsOf, type ModulePaths } from "./plug-in/log-modules.js";
export type { PlugIn, PlugInRegistry } from "./plug-in/plug-in-registry.js";
export { resumeDefaults } from "./resume/resume-defaults.js";
export { camelKeys, type OpenProviderOptions, openProvider } from "./run/open-provider.js";
export type { RunDefaults } from "./run/run-defaults.js";
export { runEval } from "./run/run-eval.js";
export type { RunEvalOptions } from "./run/run-options.js";
export type { RunResult, SampleRow } from "./run/run-result.js";
export { type ReactSolverOptions, reactSolver } from "./sample/react-solver.js";
export type { SampleState, Solver, SolverContext } from "./sample/solver.js";
export type { FailOnError } from "./schedule/fail-policy.js";
export { type ScoredSample, type ScoreLogOptions, type ScoreLogResult, scoreLog } from "./score/score-log.js";
export { type LogsSummary, summariseLogs } from "./score/summarise-logs.js";
export { writeUpstreamReport } from "./score/write-upstream-report.js";
export { type InstructionsOptions, instructions, SYSTEM_LINE } from "./task/instructions.js";
export { loadModule } from "./task/load-module.js";
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
export { PROTOCOLS, type ProtocolDefaults, type ProtocolName, protocolDefaults } from "./task/protocol.js";
export {
  startValidationBridge,
  type ValidationBridge,
  type ValidationBridgeOptions,
} from "./validation-bridge/validation-bridge.js";
