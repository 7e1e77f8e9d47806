import type { JsonObject } from "./json.js";

/** A part of a message that is text. */
export interface ContentText {
  type: "text";
  text: string;
  refusal?: boolean;
  citations?: readonly JsonObject[];
}

/** A part of a message that is the model's thinking. */
export interface ContentReasoning {
  type: "reasoning";
  /** The thinking itself, or the encrypted text when `redacted`. */
  reasoning: string;
  summary?: string;
  /** The provider's proof that the text is unchanged. */
  signature?: string;
  /** The provider only gave an encrypted form. */
  redacted?: boolean;
  /** The provider's own fields. */
  internal?: unknown;
}

/** A part of a message that is an image, as an address or a data URL. */
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

/** Any part of a message. */
export type Content = ContentText | ContentReasoning | ContentImage | ContentOther;

/** How a viewer shows a tool call. */
export interface ToolCallContent {
  title?: string;
  format: "text" | "markdown";
  content: string;
}

/** A call of a tool as the model wanted it. */
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

/** What kind of failure a tool call met. */
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

/** Why a tool call failed. */
export interface ToolCallError {
  type: ToolCallErrorType;
  message: string;
}

interface ChatMessageBase {
  id?: string;
  content: string | readonly Content[];
  source?: "input" | "generate" | "operator";
  metadata?: JsonObject;
}

/** What the model is told about its role. */
export interface ChatMessageSystem extends ChatMessageBase {
  role: "system";
}

/** What the model is asked. */
export interface ChatMessageUser extends ChatMessageBase {
  role: "user";
  tool_call_id?: readonly string[];
}

/** What the model said, with the tools it called. */
export interface ChatMessageAssistant extends ChatMessageBase {
  role: "assistant";
  tool_calls?: readonly ToolCall[];
  model?: string;
}

/** The result of one tool call. */
export interface ChatMessageTool extends ChatMessageBase {
  role: "tool";
  tool_call_id?: string;
  function?: string;
  error?: ToolCallError;
}

/** Any message of a conversation; `role` tells which. */
export type ChatMessage = ChatMessageSystem | ChatMessageUser | ChatMessageAssistant | ChatMessageTool;

/** Tokens of one or more generations, and dollars where the price is known. */
export interface ModelUsage {
  /** Prompt tokens that were neither read from nor written to a cache. */
  input_tokens: number;
  /** Generated tokens, thinking included. */
  output_tokens: number;
  /** Everything: input, cache reads and writes, output. */
  total_tokens: number;
  input_tokens_cache_read?: number;
  input_tokens_cache_write?: number;
  /** The part of `output_tokens` spent on thinking. */
  reasoning_tokens?: number;
  /** US dollars. */
  total_cost?: number;
}

/** Why the model stopped. */
export type StopReason = "stop" | "max_tokens" | "model_length" | "tool_calls" | "content_filter" | "unknown";

/** What the model answered to one request. */
export interface ModelOutput {
  model: string;
  choices: readonly { message: ChatMessageAssistant; stop_reason: StopReason }[];
  /** The text of the answer; the submitted answer once the agent has submitted. */
  completion?: string;
  usage?: ModelUsage;
  /** Seconds the call took. */
  time?: number;
  error?: string;
  metadata?: JsonObject;
}

/** A tool as the model is told of it. */
export interface ToolInfo {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  parameters: JsonObject;
  options?: JsonObject;
}
