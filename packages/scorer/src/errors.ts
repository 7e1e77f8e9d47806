const MARK = Symbol.for("@mlebench/scorer/ScorerError");

/** Stable codes of everything this package throws. */
export type ScorerErrorCode =
  | "SCORER_UNKNOWN_REDUCER"
  | "SCORER_REDUCER_NEEDS_EPOCHS"
  | "SCORER_UNKNOWN_METRIC"
  | "SCORER_MIXED_VALUES"
  | "SCORER_MISSING_KEY"
  | "SCORER_NO_CLUSTER"
  | "SCORER_OUT_OF_RANGE"
  | "SCORER_BAD_OPTION"
  | "SCORER_NO_RUNS";

export interface ScorerErrorOptions {
  readonly code: ScorerErrorCode;
  /** The facts: which value, what was found, what was expected. */
  readonly message: string;
  /** The next step for whoever reads it. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** Base class of this package's errors. */
export class ScorerError extends Error {
  override readonly name: string = "ScorerError";
  readonly code: ScorerErrorCode;
  readonly hint: string;

  constructor({ code, message, hint, cause }: ScorerErrorOptions) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** True for errors of this package, also when two copies of it are loaded. */
  static is(error: unknown): error is ScorerError {
    return typeof error === "object" && error !== null && MARK in error;
  }
}
