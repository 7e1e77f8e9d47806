import type { ToolCallErrorType } from "@mlebench/base/log-types";
import type { ReactResult } from "./react-options.js";

const BRAND = Symbol.for("mlebench.agent-react.error");

/** What a {@link ReactError} is made of. */
export interface ReactErrorFields {
  /** Stable; callers and documentation rely on it. */
  readonly code: string;
  /** The facts. */
  readonly message: string;
  /** The next step. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** Base of everything this package throws. */
export class ReactError extends Error {
  readonly code: string;
  readonly hint: string;
  /** The run as far as it came, when it was a run that failed. */
  partial?: ReactResult;
  readonly [BRAND] = true;

  constructor(fields: ReactErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = new.target.name;
    this.code = fields.code;
    this.hint = fields.hint;
  }

  /** Works across two copies of the package, where `instanceof` does not. */
  static is(error: unknown): error is ReactError {
    return typeof error === "object" && error !== null && BRAND in error;
  }
}

/** An option of `runReact` or of a tool cannot be used. */
export class ReactOptionsError extends ReactError {
  constructor(message: string, hint: string) {
    super({ code: "REACT_OPTIONS", message, hint });
  }
}

/** The model could not be called. Its own error is the `cause`. */
export class ModelFailedError extends ReactError {
  constructor(modelId: string, cause: unknown) {
    super({
      code: "REACT_MODEL_FAILED",
      message: `Calling ${modelId} failed: ${describe(cause)}`,
      hint: hintOf(cause) ?? "See the cause; a model that retries (see @mlebench/models) survives short outages.",
      cause,
    });
  }
}

/** A tool broke in a way the model cannot mend. Failures it can mend are `ToolError`s. */
export class ToolCrashedError extends ReactError {
  constructor(tool: string, cause: unknown) {
    super({
      code: "REACT_TOOL_CRASHED",
      message: `The tool ${tool} crashed: ${describe(cause)}`,
      hint: "Throw ToolError for what the model should hear about; everything else ends the run.",
      cause,
    });
  }
}

/** The caller's signal was aborted for a reason other than a limit. */
export class ReactAbortedError extends ReactError {
  constructor(cause: unknown) {
    super({
      code: "REACT_ABORTED",
      message: `The run was cancelled: ${describe(cause)}`,
      hint: "Abort with a LimitReached as reason to end the run as a limit instead, with its result.",
      cause,
    });
  }
}

/** What a tool throws to tell the model that its call failed. The loop goes on. */
export class ToolError extends ReactError {
  readonly type: ToolCallErrorType;
  /** Sent along as the tool's content, e.g. what a command printed before it timed out. */
  readonly content: string;

  constructor(message: string, options: { type?: ToolCallErrorType; content?: string; cause?: unknown } = {}) {
    super({ code: "REACT_TOOL_ERROR", message, hint: "The model is told; nothing to do.", cause: options.cause });
    this.type = options.type ?? "unknown";
    this.content = options.content ?? "";
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function hintOf(cause: unknown): string | undefined {
  if (typeof cause !== "object" || cause === null || !("hint" in cause)) return undefined;
  return typeof cause.hint === "string" ? cause.hint : undefined;
}
