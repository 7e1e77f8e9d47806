import { codeOf } from "@mlebench/base";
import type { ToolCallError, ToolCallErrorType } from "@mlebench/base/log-types";
import { LimitReached, ToolError } from "./errors.js";

export interface ToolFailure {
  readonly error: ToolCallError;
  readonly content: string;
}

/**
 * Codes of the errors that a model can do something about: of the system, and of @mlebench/sandbox-compose, which the
 * loop does not import. Every other error of a sandbox (no engine, a user it cannot run commands as) ends the run.
 */
const HEARD: Readonly<Record<string, ToolCallErrorType>> = {
  EACCES: "permission",
  EPERM: "permission",
  ENOENT: "file_not_found",
  EISDIR: "is_a_directory",
  SANDBOX_UNAVAILABLE: "sandbox_unavailable",
  OUTPUT_LIMIT_EXCEEDED: "limit",
  SANDBOX_FILE_NOT_FOUND: "file_not_found",
  SANDBOX_FILE_DIRECTORY: "is_a_directory",
  SANDBOX_FILE_PERMISSION: "permission",
  SANDBOX_FILE_LINK: "permission",
  SANDBOX_FILE_NOT_A_FILE: "unknown",
  SANDBOX_FILE_NO_SPACE: "unknown",
  SANDBOX_FILE_FAILED: "unknown",
};

/**
 * What the model is told about an exception of a tool.
 * @returns undefined when the exception is not the model's business and must end the run.
 */
export function toolFailure(error: unknown): ToolFailure | undefined {
  if (ToolError.is(error)) {
    return { error: { type: error.type, message: error.message }, content: error.content };
  }
  if (LimitReached.is(error)) return { error: { type: "limit", message: error.record.reason }, content: "" };
  if (!(error instanceof Error)) return undefined;
  // The name of what AbortSignal.timeout aborts with.
  if (error.name === "TimeoutError") {
    return { error: { type: "timeout", message: "Command timed out before completing." }, content: "" };
  }
  // Node refuses a NUL byte in an argument with this code and these words.
  const isNullByte = codeOf(error) === "ERR_INVALID_ARG_VALUE" && error.message.includes("null bytes");
  const type = isNullByte ? "parsing" : HEARD[codeOf(error) ?? ""];
  return type && { error: { type, message: error.message }, content: "" };
}
