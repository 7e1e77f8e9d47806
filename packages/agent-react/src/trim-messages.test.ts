import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReactMessage } from "./messages.js";
import { trimMessages } from "./trim-messages.js";

/** Turns of 0 to 3 calls with their results, or a nudge. */
const conversations = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }).map((turns) => {
  const messages: ReactMessage[] = [
    { id: "s", role: "system", content: "system" },
    { id: "i", role: "user", content: "input", source: "input" },
  ];
  for (const [turn, calls] of turns.entries()) {
    const ids = Array.from({ length: calls }, (_, index) => `${turn}-${index}`);
    const tool_calls = ids.map((id) => ({ id, function: "bash", arguments: {}, type: "function" as const }));
    messages.push({
      id: `a${turn}`,
      role: "assistant",
      content: "",
      source: "generate",
      ...(calls > 0 ? { tool_calls } : {}),
    });
    for (const id of ids) messages.push({ id, role: "tool", content: "", tool_call_id: id, function: "bash" });
    if (calls === 0) messages.push({ id: `u${turn}`, role: "user", content: "go on" });
  }
  return messages;
});

describe("trimMessages", () => {
  it("keeps system and input, and never parts a call from its result nor ends on the assistant", () => {
    fc.assert(
      fc.property(conversations, (messages) => {
        const trimmed = trimMessages(messages);
        expect(trimmed.slice(0, 2)).toEqual(messages.slice(0, 2));
        expect(trimmed.length).toBeLessThanOrEqual(2 + Math.floor((messages.length - 2) * 0.7));
        const calls = trimmed.flatMap((message) =>
          message.role === "assistant" ? (message.tool_calls ?? []).map((call) => call.id) : [],
        );
        const results = trimmed.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : []));
        expect(results).toEqual(calls);
        expect(trimmed.at(-1)?.role).not.toBe("assistant");
      }),
    );
  });
});
