const BRAND = Symbol.for("@mlebench/data-prep/DataPrepError");

/** The parts every error of this package is made of. */
export interface DataPrepErrorOptions {
  /** Stable identifier; callers and documentation rely on it. */
  readonly code: string;
  /** What happened: which file, what was found, what was expected. */
  readonly message: string;
  /** The next step for whoever reads the message. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Base class of all errors this package throws on purpose. */
export class DataPrepError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(options: DataPrepErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.hint = options.hint;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** True for errors of this package, also when they come from another copy of it. */
  static is(error: unknown): error is DataPrepError {
    return typeof error === "object" && error !== null && BRAND in error;
  }
}

/** An argument to a random generator or a split makes no sense (empty range, sizes that do not fit). */
export class SplitError extends DataPrepError {
  constructor(message: string) {
    super({ code: "DATA_PREP_SPLIT", message });
  }
}
