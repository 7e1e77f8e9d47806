import type { JsonObject } from "./json.js";

export interface ContentText {
  type: "text";
  text: string;
  refusal?: boolean;
  citations?: JsonObject[];
}

export interface ContentReasoning {
  type: "reasoning";
  reasoning: string;
  summary?: string;
  signature?: string;
  redacted?: boolean;
}

export interface ContentImage {
  type: "image";
  /** A URL or a data URI. */
  image: string;
  detail?: "auto" | "low" | "high" | "original";
}

/** Content kinds that are only passed through: audio, video, data, tool_use, document. */
export interface ContentOther {
  type: "audio" | "video" | "data" | "tool_use" | "document";
  [key: string]: unknown;
}

export type Content = ContentText | ContentReasoning | ContentImage | ContentOther;

export interface ToolCallContent {
  title?: string;
  format: "text" | "markdown";
  content: string;
}

export interface ToolCall {
  id: string;
  function: string;
  arguments: JsonObject;
  /** @default "function" */
  type?: "function" | "custom";
  view?: ToolCallContent;
  /** Why the arguments could not be read, when they could not. */
  parse_error?: string;
}

export type ToolCallErrorType =
  | "parsing"
  | "timeout"
  | "unicode_decode"
  | "permission"
  | "file_not_found"
  | "is_a_directory"
  | "limit"
  | "approval"
  | "cancelled"
  | "sandbox_unavailable"
  | "unknown"
  | "output_limit";

export interface ToolCallError {
  type: ToolCallErrorType;
  message: string;
}

interface ChatMessageBase {
  id?: string;
  content: string | Content[];
  source?: "input" | "generate" | "operator";
  metadata?: JsonObject;
}

export interface ChatMessageSystem extends ChatMessageBase {
  role: "system";
}

export interface ChatMessageUser extends ChatMessageBase {
  role: "user";
  tool_call_id?: string[];
}

export interface ChatMessageAssistant extends ChatMessageBase {
  role: "assistant";
  tool_calls?: ToolCall[];
  model?: string;
}

export interface ChatMessageTool extends ChatMessageBase {
  role: "tool";
  tool_call_id?: string;
  function?: string;
  error?: ToolCallError;
}

export type ChatMessage = ChatMessageSystem | ChatMessageUser | ChatMessageAssistant | ChatMessageTool;

export interface ModelUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  input_tokens_cache_read?: number;
  input_tokens_cache_write?: number;
  reasoning_tokens?: number;
  /** US dollars. */
  total_cost?: number;
}

export type StopReason = "stop" | "max_tokens" | "model_length" | "tool_calls" | "content_filter" | "unknown";

export interface ModelOutput {
  model: string;
  choices: { message: ChatMessageAssistant; stop_reason: StopReason }[];
  /** The text of the answer; the submitted answer once the agent has submitted. */
  completion?: string;
  usage?: ModelUsage;
  /** Seconds the call took. */
  time?: number;
  error?: string;
  metadata?: JsonObject;
}

export interface ToolInfo {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  parameters: JsonObject;
  options?: JsonObject;
}
