import type {
  ChatMessageAssistant,
  ChatMessageSystem,
  ChatMessageTool,
  ChatMessageUser,
  ContentReasoning,
  ContentText,
} from "@mlebench/base/log-types";

// The conversation in the shape of Inspect's log, so that a log writer stores it untouched; narrower where the loop
// promises more than the log demands.

/** Text, or parts of text and reasoning. Providers want reasoning back, signed, on the next call. */
export type MessageContent = string | ReadonlyArray<ContentText | ContentReasoning>;

/** What the model is told about its role. */
export interface SystemMessage extends ChatMessageSystem {
  readonly id: string;
  readonly content: string;
}

/** What the model is asked, or told on the way. */
export interface UserMessage extends ChatMessageUser {
  readonly id: string;
  readonly content: MessageContent;
  /** `input` for the task itself, absent for what the loop adds. */
  readonly source?: "input";
}

/** What the model said, with the tools it called. */
export interface AssistantMessage extends ChatMessageAssistant {
  readonly id: string;
  readonly content: MessageContent;
  readonly source: "generate";
}

/** The result of one tool call. */
export interface ToolMessage extends ChatMessageTool {
  readonly id: string;
  readonly content: string;
  readonly tool_call_id: string;
  readonly function: string;
}

/** Any message of a conversation. */
export type ReactMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/** The text of a message without its thinking, parts joined by a newline. */
export function messageText(message: ReactMessage): string {
  if (typeof message.content === "string") return message.content;
  return message.content
    .filter((part) => part.type === "text")
    .map((part) => part.text)
    .join("\n");
}
