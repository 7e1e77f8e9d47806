export type { GenerationOptions, ModelCallObserver } from "@mlebench/base";
export { MODEL_CALL_OBSERVER } from "@mlebench/base";
export type {
  ContentReasoning,
  ContentText,
  ModelUsage,
  StopReason,
  ToolCall,
  ToolCallContent,
  ToolCallError,
  ToolCallErrorType,
  ToolInfo,
} from "@mlebench/base/log-types";
export type { ApprovalDecision, ApprovalRequest, Approver } from "./approval.js";
export type { Clock } from "./clock.js";
export { systemClock } from "./clock.js";
export type { CompactionOptions } from "./compaction.js";
export type { LimitRecord, LimitType } from "./errors.js";
export {
  LimitReached,
  ModelFailedError,
  ReactAbortedError,
  ReactError,
  ReactOptionsError,
  ToolCrashedError,
  ToolError,
} from "./errors.js";
export type * from "./events.js";
export type { ReactModel, UnsentOption } from "./language-model.js";
export type { ReactLimits } from "./limits.js";
export { timeLimitReached } from "./limits.js";
export type * from "./messages.js";
export { messageText } from "./messages.js";
export { runReact } from "./react.js";
export type { ReactOptions } from "./react-options.js";
export { DEFAULT_CONTINUE_TEXT } from "./react-options.js";
export type { ReactOutput, ReactResult } from "./react-result.js";
export type { ReactExecOptions, ReactExecResult, ReactSandbox } from "./sandbox.js";
export type { DefineToolOptions, ReactTool, ToolContext } from "./tool.js";
export { defineTool } from "./tool.js";
export type { BashToolOptions } from "./tools/bash-tool.js";
export { bashTool } from "./tools/bash-tool.js";
export type { PythonToolOptions } from "./tools/python-tool.js";
export { pythonTool } from "./tools/python-tool.js";
export type { CommandOptions } from "./tools/run-tool-command.js";
export { DEFAULT_TIMEOUT_SECONDS, runToolCommand } from "./tools/run-tool-command.js";
export type { SubmitToolOptions } from "./tools/submit-tool.js";
export { submitTool } from "./tools/submit-tool.js";
export { trimMessages } from "./trim-messages.js";
export type { MiddleCut, ToolOutput } from "./truncate-output.js";
export { cutMiddle, DEFAULT_MAX_TOOL_OUTPUT_BYTES, truncateToolOutput } from "./truncate-output.js";
export { addUsage, NO_USAGE } from "./usage.js";
export type { JsonType, ParameterSchema, ToolParameters } from "./validate-arguments.js";
