import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bashTool, type ReactEvent, runReact, submitTool } from "./index.js";
import type { ReactMessage } from "./messages.js";
import { handMadeSandbox, scriptedModel } from "./testing/index.js";

/** Facts of runs of Inspect 0.3.285, made by scripts/reference-fixture.mjs. */
const runs: readonly ReferenceRun[] = JSON.parse(
  readFileSync(new URL("./__fixtures__/reference-runs.json", import.meta.url), "utf8"),
);

interface ReferenceRun {
  readonly name: string;
  readonly options: { messageLimit: number; maxToolOutputBytes: number | null; timeoutSeconds: number };
  readonly turns: Parameters<typeof scriptedModel>[0] & readonly unknown[];
  readonly commands: Record<string, { timedOut: boolean; exitCode: number; stdout: string; stderr: string }>;
  readonly tools: unknown;
  readonly expected: {
    messages: unknown;
    toolEvents: unknown;
    completion: string;
    stopReason: string;
    limit: { type: string; limit: number; reason: string } | null;
    usage: unknown;
    turns: number;
  };
}

describe("the runs of the reference log", () => {
  it("are all there", () => {
    expect(runs.length).toBe(6);
  });

  it.each(runs)("come out alike: $name", async ({ options, turns, commands, tools, expected }) => {
    const events: ReactEvent[] = [];
    const sandbox = handMadeSandbox(commands);
    const result = await runReact({
      model: scriptedModel(turns),
      sandbox,
      instructions: "Solve the task.",
      input: "The task.",
      tools: [bashTool({ timeoutSeconds: options.timeoutSeconds }), submitTool()],
      limits: { messages: options.messageLimit },
      ...(options.maxToolOutputBytes === null ? {} : { maxToolOutputBytes: options.maxToolOutputBytes }),
      onEvent: (event) => events.push(event),
    });

    expect(result.messages.map(facts)).toEqual(expected.messages);
    expect(result.limit ?? null).toEqual(expected.limit);
    expect(result.output.completion).toBe(expected.completion);
    expect(result.output.stopReason).toBe(expected.stopReason);
    expect(result.usage).toEqual(expected.usage);
    expect(result.turns).toBe(expected.turns);
    const starts = events.filter((event) => event.type === "model-start");
    expect(JSON.stringify(starts[0]?.tools)).toBe(JSON.stringify(tools));
    const ends = events.filter((event) => event.type === "tool-end");
    expect(ends.map(toolFacts)).toEqual(expected.toolEvents);
    for (const { command, options: given } of sandbox.commands) {
      expect(command.slice(0, 3)).toEqual(["bash", "--login", "-c"]);
      expect(given.timeoutSeconds).toBe(options.timeoutSeconds);
    }
  });
});

function facts(message: ReactMessage) {
  if (message.role === "assistant") {
    const calls = message.tool_calls === undefined ? {} : { calls: message.tool_calls.map((call) => call.id) };
    return { role: message.role, text: message.content, ...calls };
  }
  if (message.role !== "tool") return { role: message.role };
  const { tool_call_id: call, content, error } = message;
  return { role: "tool", call, function: message.function, content, ...(error === undefined ? {} : { error }) };
}

function toolFacts(event: ReactEvent & { type: "tool-end" }) {
  return { call: event.callId, function: event.function, view: event.view ?? null, truncated: event.truncated ?? null };
}
