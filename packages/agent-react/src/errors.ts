import { CodedError, messageOf } from "@mlebench/base";
import type { SampleLimitType, ToolCallErrorType } from "@mlebench/base/log-types";
import type { ReactResult } from "./react-result.js";

/** Base of everything this package throws. */
export class ReactError extends CodedError {
  static override readonly packageName = "@mlebench/agent-react";

  /** The run as far as it came, when it was a run that failed. */
  partial?: ReactResult;
}

/** An option of `runReact` or of a tool cannot be used. */
export class ReactOptionsError extends ReactError {
  constructor(message: string, hint: string) {
    super({ code: "REACT_OPTIONS", message, hint, kind: "usage" });
  }
}

/** The model could not be called. Its own error is the `cause`. */
export class ModelFailedError extends ReactError {
  constructor(modelId: string, cause: unknown) {
    super({
      code: "REACT_MODEL_FAILED",
      message: `Calling ${modelId} failed: ${messageOf(cause)}`,
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
      message: `The tool ${tool} crashed: ${messageOf(cause)}`,
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
      message: `The run was cancelled: ${messageOf(cause)}`,
      hint: "Abort with a LimitReached as reason to end the run as a limit instead, with its result.",
      cause,
      kind: "cancelled",
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

/** What a limit is of, as Inspect's logs name it. */
export type LimitType = Exclude<SampleLimitType, "context">;

/** A limit that ended a run. Not an error: the run is complete and is scored as it stands. */
export interface LimitRecord {
  readonly type: LimitType;
  readonly limit: number;
  /** The facts, e.g. `Message limit reached. count: 30; limit: 30`. */
  readonly reason: string;
}

/**
 * Thrown inside the loop when a limit fires.
 * Given as the reason of the caller's `AbortController.abort`, it ends the run as a limit instead of a cancellation.
 */
export class LimitReached extends ReactError {
  readonly record: LimitRecord;

  constructor(record: LimitRecord) {
    super({ code: "REACT_LIMIT_REACHED", message: record.reason });
    this.record = record;
  }
}

function hintOf(cause: unknown): string | undefined {
  if (typeof cause !== "object" || cause === null || !("hint" in cause)) return undefined;
  return typeof cause.hint === "string" ? cause.hint : undefined;
}
