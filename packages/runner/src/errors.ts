import { CodedError, type CodedErrorOptions } from "@mlebench/base";

/** Base of every error this package raises. */
export class RunnerError extends CodedError {
  static override readonly packageName = "@mlebench/runner";
}

/** What the caller asked for makes no sense; nothing was started. The command line exits with 2. */
export class UsageError extends RunnerError {
  constructor(options: Omit<CodedErrorOptions, "code" | "kind"> & { readonly code?: string }) {
    super({ code: "RUNNER_USAGE", ...options, kind: "usage" });
  }
}

/** The run was stopped by its AbortSignal. */
export class RunCancelledError extends RunnerError {
  constructor(options: { readonly cause?: unknown } = {}) {
    super({ code: "RUNNER_CANCELLED", message: "The run was cancelled.", kind: "cancelled", ...options });
  }
}

/** The data directory cannot be used. */
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
