import { CodedError } from "@mlebench/base";

/** Stable codes of everything this package throws. */
export type EvalLogErrorCode =
  | "EVAL_LOG_NOT_FOUND"
  | "EVAL_LOG_EXISTS"
  | "EVAL_LOG_DIRECTORY"
  | "EVAL_LOG_NOT_A_LOG"
  | "EVAL_LOG_TRUNCATED"
  | "EVAL_LOG_CORRUPT"
  | "EVAL_LOG_UNSUPPORTED"
  | "EVAL_LOG_INVALID"
  | "EVAL_LOG_SAMPLE_NOT_FOUND"
  | "EVAL_LOG_FINISHED"
  | "EVAL_LOG_CLOSED"
  | "EVAL_LOG_IN_USE"
  | "EVAL_LOG_KEY";

/** The errors of this package. */
export class EvalLogError extends CodedError<EvalLogErrorCode> {
  static override readonly packageName = "@mlebench/eval-log";
}
