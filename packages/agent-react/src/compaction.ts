import { messageText, type ReactMessage } from "./messages.js";

/** When and how a long conversation is shortened. */
export interface CompactionOptions {
  /**
   * `edit` empties old tool results; `summary` asks the model for a summary and goes on from it;
   * `trim` leaves out the oldest messages.
   */
  readonly strategy: "edit" | "summary" | "trim";
  /** Shorten when the prompt reaches this many tokens, measured by the last answer's usage plus an estimate. */
  readonly thresholdTokens: number;
  /** `edit`: how many of the latest tool results stay whole. @default 6 */
  readonly keepToolResults?: number;
  /** `edit`: what stands for an emptied result. */
  readonly clearedText?: string;
  /** `summary`: what the model is asked. */
  readonly summaryPrompt?: string;
  /** `trim`: share of the messages that stays. @default 0.7 */
  readonly keepShare?: number;
}

const DEFAULT_KEEP_TOOL_RESULTS = 6;
const DEFAULT_CLEARED_TEXT = "(This earlier output was removed to save space. Run the command again if you need it.)";
export const DEFAULT_SUMMARY_PROMPT = [
  "The conversation is about to be shortened. Write a summary for yourself that replaces everything since the task was given.",
  "Say what has been done and found, which files exist and what is in them, what failed and why, the best result so far,",
  "the decisions taken, and what to do next. Keep exact paths, names and numbers.",
].join(" ");

/** Rough size of messages in tokens: four characters each, which errs on the safe side for code and English. */
export function estimateTokens(messages: readonly ReactMessage[]): number {
  let characters = 0;
  for (const message of messages) {
    characters += messageText(message).length;
    if (message.role === "assistant") characters += JSON.stringify(message.tool_calls ?? []).length;
    if (message.role === "tool") characters += message.error?.message.length ?? 0;
  }
  return Math.ceil(characters / 4);
}

/** Empties all tool results but the latest few. The messages themselves stay, so calls keep their answers. */
export function clearToolResults(messages: readonly ReactMessage[], options: CompactionOptions): ReactMessage[] {
  const keep = options.keepToolResults ?? DEFAULT_KEEP_TOOL_RESULTS;
  const cleared = options.clearedText ?? DEFAULT_CLEARED_TEXT;
  const results = messages.filter((message) => message.role === "tool");
  const old = new Set(results.slice(0, Math.max(0, results.length - keep)));
  return messages.map((message) => {
    if (message.role !== "tool" || !old.has(message) || message.content.length <= cleared.length) return message;
    return { ...message, content: cleared };
  });
}

/** The start of the conversation that nothing shortens: system and input. */
export function fixedPart(messages: readonly ReactMessage[]): ReactMessage[] {
  return messages.filter(
    (message) => message.role === "system" || (message.role === "user" && message.source === "input"),
  );
}
