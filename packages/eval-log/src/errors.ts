const MARK = Symbol.for("@mlebench/eval-log/EvalLogError");

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
  | "EVAL_LOG_IN_USE";

export interface EvalLogErrorOptions {
  readonly code: EvalLogErrorCode;
  /** The facts: which file, what was found, what was expected. */
  readonly message: string;
  /** The next step for whoever reads it. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** Base class of this package's errors. */
export class EvalLogError extends Error {
  override readonly name: string = "EvalLogError";
  readonly code: EvalLogErrorCode;
  readonly hint: string;

  constructor({ code, message, hint, cause }: EvalLogErrorOptions) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** True for errors of this package, also when two copies of it are loaded. */
  static is(error: unknown): error is EvalLogError {
    return typeof error === "object" && error !== null && MARK in error;
  }
}
