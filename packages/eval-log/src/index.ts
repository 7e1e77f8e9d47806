export type * from "@mlebench/base/log-types";
export { isoTime } from "./complete-sample.js";
export { condenseSample, type ResolveOptions, resolveSample } from "./condense-sample.js";
export { type DumpEvalLogOptions, dumpEvalLog } from "./dump-eval-log.js";
export { EvalLogError, type EvalLogErrorCode } from "./errors.js";
export { type EvalLogFileNameOptions, evalLogFileName } from "./eval-log-file-name.js";
export {
  type CreateEvalLogOptions,
  createEvalLog,
  type EvalLogWriter,
  type FinishEvalLogOptions,
  LOG_VERSION,
  type ResumeEvalLogOptions,
  resumeEvalLog,
  type UpdateEvalLogOptions,
} from "./eval-log-writer.js";
export { type EvalLogInfo, type ListEvalLogsOptions, listEvalLogs } from "./list-eval-logs.js";
export {
  type LiveSampleSource,
  LiveSamples,
  type LiveSamplesOptions,
  openLiveSamples,
  readLiveSamples,
} from "./live/live-samples.js";
export { hasWriter } from "./lock-log.js";
export { murmur3Hex } from "./murmur3.js";
export { type OpenEvalLog, openEvalLog, type SampleKey } from "./open-eval-log.js";
export { isThere, openLogDirectory, proveWritable, whyNotWritable } from "./open-log-directory.js";
export {
  evalLogSamples,
  type ReadEvalLogOptions,
  type ReadSampleOptions,
  readEvalLog,
  readEvalSample,
  readEvalSampleSummaries,
} from "./read-eval-log.js";
export { type RecoverResult, recoverEvalLog } from "./recover-eval-log.js";
export { createRedactor, createRedactor as redactor, type Redactor, type RedactorOptions } from "./redactor.js";
export { sampleSummary } from "./sample-summary.js";
export { type LogKey, type LogKeyOptions, openLogKey } from "./seal/log-key.js";
export { fingerprintOf, type PublicKey, publicKeyLine } from "./seal/public-key.js";
export type { SealingOptions } from "./seal/sealer.js";
export { sealingOf } from "./seal/sealing-of.js";
export { type LogOrigin, readLogOrigin, type SpecOrigin } from "./seal/spec-origin.js";
export { type KeyStanding, type LogKeys, readLogKeys, trustLogKeys } from "./seal/trusted-keys.js";
export {
  type EvalLogChange,
  type EvalLogVerification,
  type VerifiedKey,
  verifyEvalLog,
} from "./seal/verify-eval-log.js";
export { sumUsage } from "./usage.js";
export {
  type ConvertEvalLogOptions,
  convertEvalLog,
  type WriteEvalLogOptions,
  writeEvalLog,
} from "./write-eval-log.js";
