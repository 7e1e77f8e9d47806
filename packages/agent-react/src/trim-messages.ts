import { fixedPart } from "./compaction.js";
import type { ReactMessage } from "./messages.js";

/** Share of the conversation that Inspect keeps. */
const DEFAULT_KEEP_SHARE = 0.7;

/**
 * Shortens a conversation that no longer fits: system and input messages stay, of the rest the last `keepShare` stays.
 * Calls whose results went and results whose calls went are dropped, and the end is never an assistant message.
 */
export function trimMessages(messages: readonly ReactMessage[], keepShare = DEFAULT_KEEP_SHARE): ReactMessage[] {
  const head = fixedPart(messages);
  const rest = messages.filter((message) => !head.includes(message));
  const kept = rest.slice(rest.length - Math.floor(rest.length * keepShare));
  const trimmed = [...head, ...withoutOrphans(kept)];
  while (trimmed.at(-1)?.role === "assistant") trimmed.pop();
  return trimmed;
}

/** Results are kept only beside their call, and a call only with its result: providers refuse either alone. */
function withoutOrphans(messages: readonly ReactMessage[]): ReactMessage[] {
  const results = new Set(messages.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : [])));
  const calls = new Set<string>();
  const kept: ReactMessage[] = [];
  for (const message of messages) {
    if (message.role === "tool") {
      if (calls.has(message.tool_call_id)) kept.push(message);
      continue;
    }
    if (message.role === "assistant" && message.tool_calls !== undefined) {
      if (!message.tool_calls.every((call) => results.has(call.id))) continue;
      for (const call of message.tool_calls) calls.add(call.id);
    }
    kept.push(message);
  }
  return kept;
}
