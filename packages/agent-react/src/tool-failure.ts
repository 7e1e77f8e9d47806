import type { ToolCallError, ToolCallErrorType } from "@mlebench/base/log-types";
import { ToolError } from "./errors.js";
import { LimitReached } from "./limits.js";

export interface ToolFailure {
  readonly error: ToolCallError;
  readonly content: string;
}

/** System errors that a model can do something about. */
const SYSTEM_ERRORS: Readonly<Record<string, ToolCallErrorType>> = {
  EACCES: "permission",
  EPERM: "permission",
  ENOENT: "file_not_found",
  EISDIR: "is_a_directory",
};

/** Errors of sandboxes, known by name because the loop imports no sandbox. */
const SANDBOX_ERRORS: Readonly<Record<string, ToolCallErrorType>> = {
  SandboxUnavailableError: "sandbox_unavailable",
  OutputLimitExceededError: "limit",
  TimeoutError: "timeout",
};

/**
 * What the model is told about an exception of a tool.
 * @returns undefined when the exception is not the model's business and must end the run.
 */
export function toolFailure(error: unknown): ToolFailure | undefined {
  if (error instanceof ToolError) {
    return { error: { type: error.type, message: error.message }, content: error.content };
  }
  if (LimitReached.is(error)) return { error: { type: "limit", message: error.record.reason }, content: "" };
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const type = SANDBOX_ERRORS[error.name] ?? SYSTEM_ERRORS[code] ?? nullByte(error, code);
  if (type === undefined) return undefined;
  return {
    error: { type, message: type === "timeout" ? "Command timed out before completing." : error.message },
    content: "",
  };
}

/** Node refuses a NUL byte in an argument with this code and these words. */
function nullByte(error: Error, code: string): ToolCallErrorType | undefined {
  return code === "ERR_INVALID_ARG_VALUE" && error.message.includes("null bytes") ? "parsing" : undefined;
}
