/**
 * The conversation in the shape of Inspect's log (snake_case keys and all), so that a log writer stores it untouched.
 */

/** Text part of a message's content. */
export interface ContentText {
  readonly type: "text";
  readonly text: string;
}

/** Thinking of the model. Kept in the conversation because providers want it back, signed, on the next call. */
export interface ContentReasoning {
  readonly type: "reasoning";
  /** The thinking itself, or the encrypted text when `redacted`. */
  readonly reasoning: string;
  /** The provider's proof that the text is unchanged. */
  readonly signature?: string;
  /** True when the provider only gave an encrypted form. */
  readonly redacted?: boolean;
  /** Provider's own fields, as the AI SDK calls them `providerMetadata`. */
  readonly internal?: unknown;
}

/** Text, or parts of text, reasoning and images. */
export type MessageContent = string | ReadonlyArray<ContentText | ContentReasoning>;

/** How a person sees a tool call. */
export interface ToolCallView {
  readonly title: string;
  readonly format: "markdown" | "text";
  readonly content: string;
}

/** A call of a tool as the model wanted it. */
export interface ToolCall {
  readonly id: string;
  readonly function: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly type: "function";
  /** Why the arguments could not be parsed; the call is answered with this text and never run. */
  readonly parse_error?: string;
  readonly view?: ToolCallView;
}

/** Kinds of failure that a model is told about. Names are those of Inspect's log. */
export type ToolErrorType =
  | "approval"
  | "cancelled"
  | "file_not_found"
  | "is_a_directory"
  | "limit"
  | "parsing"
  | "permission"
  | "sandbox_unavailable"
  | "timeout"
  | "unicode_decode"
  | "unknown";

/** Why a tool call failed, told to the model. */
export interface ToolCallError {
  readonly type: ToolErrorType;
  readonly message: string;
}

/** What the model is told about its role. */
export interface SystemMessage {
  readonly id: string;
  readonly role: "system";
  readonly content: string;
}

/** What the model is asked, or told on the way. */
export interface UserMessage {
  readonly id: string;
  readonly role: "user";
  readonly content: MessageContent;
  /** `input` for the task itself, absent for what the loop adds. */
  readonly source?: "input";
}

/** What the model said, with the tools it called. */
export interface AssistantMessage {
  readonly id: string;
  readonly role: "assistant";
  readonly content: MessageContent;
  readonly source: "generate";
  readonly tool_calls?: readonly ToolCall[];
  readonly model?: string;
}

/** The result of one tool call. */
export interface ToolMessage {
  readonly id: string;
  readonly role: "tool";
  readonly content: string;
  readonly tool_call_id: string;
  readonly function: string;
  readonly error?: ToolCallError;
}

/** Any message of a conversation, in the log's shape. */
export type ChatMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** Why a generation ended. Names are those of Inspect's log. */
export type StopReason = "stop" | "max_tokens" | "model_length" | "tool_calls" | "content_filter" | "unknown";

/** The text of a message without its thinking, parts joined by a newline. */
export function messageText(message: ChatMessage): string {
  if (typeof message.content === "string") return message.content;
  return message.content
    .filter((part) => part.type === "text")
    .map((part) => part.text)
    .join("\n");
}
