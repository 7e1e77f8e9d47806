const MARK = Symbol.for("mlebench.RunnerError");

/** What a {@link RunnerError} is made of. */
export interface RunnerErrorOptions {
  /** Stable name that callers may compare. */
  readonly code: string;
  /** What happened: which thing, what was found, what was expected. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Base of every error this package raises. */
export class RunnerError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly [MARK] = true;

  constructor({ code, message, hint, cause }: RunnerErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }

  /** True for an error of this package, also when two copies of the package are loaded. */
  static is(error: unknown): error is RunnerError {
    return typeof error === "object" && error !== null && MARK in error;
  }
}

/** What the caller asked for makes no sense; nothing was started. The command line exits with 2. */
export class UsageError extends RunnerError {
  constructor(options: Omit<RunnerErrorOptions, "code"> & { readonly code?: string }) {
    super({ code: "RUNNER_USAGE", ...options });
  }
}

/** The run was stopped by its AbortSignal. */
export class RunCancelledError extends RunnerError {
  constructor(options: { readonly cause?: unknown } = {}) {
    super({ code: "RUNNER_CANCELLED", message: "The run was cancelled.", ...options });
  }
}

/** The data directory can't be used. */
export class DataDirectoryError extends RunnerError {
  constructor(directory: string, reason: string, options: { readonly cause?: unknown } = {}) {
    super({
      code: "RUNNER_DATA_DIR",
      message: `The data directory ${directory} can't be used: ${reason}.`,
      hint: "Give a folder you may write to with --data-dir DIR (or MLEBENCH_DATA_DIR).",
      ...options,
    });
  }
}

/** The validation endpoint could not be started inside a sandbox. */
export class ValidationBridgeError extends RunnerError {
  constructor(reason: string, options: { readonly cause?: unknown } = {}) {
    super({
      code: "RUNNER_VALIDATION_BRIDGE",
      message: `The validation endpoint did not start inside the sandbox: ${reason}.`,
      hint: "The image needs python3 or node on its PATH, and port 5000 free.",
      ...options,
    });
  }
}
