import { bashTool, runReact, submitTool } from "@mlebench/agent-react";
import { handMadeSandbox } from "@mlebench/agent-react/testing";
import { describe, expect, it } from "vitest";
import { priceOf, resolveModel } from "./index.js";
import { type ServerReply, startAnthropicServer, startOpenAiServer } from "./testing/index.js";

const REPLIES: readonly ServerReply[] = [
  { text: "Let me look.", reasoning: "Files first.", toolCalls: [{ name: "bash", arguments: { command: "ls" } }] },
  { status: 429, message: "slow down", headers: { "retry-after": "30" } },
  {
    toolCalls: [
      { name: "bash", arguments: { command: "slow" } },
      { name: "bash", arguments: { cmd: "ls" } },
    ],
  },
  {
    text: "Done.",
    toolCalls: [{ name: "submit", arguments: { answer: "submission.csv" } }],
    usage: { cacheReadTokens: 60 },
  },
];

/** The loop over the model, as a user of both packages puts them together. */
async function play(model: string, baseUrl: string, args: Record<string, unknown> = {}) {
  const resolved = await resolveModel(model, {
    env: {},
    apiKey: "k",
    baseUrl,
    args,
    timing: { random: () => 0, sleep: async () => {} },
  });
  const retries: number[] = [];
  const requests: unknown[] = [];
  const result = await runReact({
    model: resolved.languageModel,
    modelId: resolved.id,
    costOf: (usage) => priceOf(resolved.id, usage),
    sandbox: handMadeSandbox({ ls: "train.csv\n", slow: { timedOut: true } }),
    tools: [bashTool(), submitTool()],
    instructions: "Solve it.",
    input: "The task.",
    limits: { messages: 30, cost: 10 },
    onEvent(event) {
      if (event.type === "model-retry") retries.push(event.waitSeconds);
      if (event.type === "model-end") requests.push(event.call?.request);
    },
  });
  return { result, retries, requests };
}

describe("the agent over a model that speaks", () => {
  it.each([
    ["chat completions", "openai/gpt-4.1", {}],
    ["chat completions, streaming", "openai/gpt-4.1", { stream: true }],
    ["responses", "openai/gpt-5", { responses_api: true }],
    ["responses, streaming", "openai/gpt-5", { responses_api: true, stream: true }],
  ])("%s", async (_, model, args) => {
    await using server = await startOpenAiServer({ replies: REPLIES });
    const { result, retries, requests } = await play(model, server.url, args);
    expect(result).toMatchObject({ submitted: true, answer: "submission.csv", turns: 3, toolCalls: 4 });
    expect(result.messages.map((message) => message.role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "assistant",
      "tool",
      "tool",
      "assistant",
      "tool",
    ]);
    expect(result.usage).toMatchObject({ total_tokens: 360, input_tokens: 240, input_tokens_cache_read: 60 });
    expect(result.usage.total_cost).toBeGreaterThan(0);
    expect(retries).toEqual([30]);
    expect(requests).toHaveLength(3);
    const last = JSON.stringify(server.requests.at(-1)?.body);
    expect(last).toContain("Error: Command timed out before completing.");
    expect(last).toContain("'command' is a required property");
    expect(last).toContain("train.csv");
    if (model === "openai/gpt-5") expect(last).toContain("encrypted-0");
  });

  it.each([{}, { stream: false }])("messages, with thinking signed and failures flagged: %j", async (args) => {
    await using server = await startAnthropicServer({ replies: REPLIES });
    const { result } = await play("anthropic/claude-sonnet-4-5", server.url, args);
    expect(result).toMatchObject({ submitted: true, turns: 3, usage: { input_tokens_cache_read: 60 } });
    const body = server.requests.at(-1)?.body as {
      messages: Array<{ role: string; content: unknown[] }>;
      system: unknown;
    };
    expect(body.messages[1]?.content[0]).toMatchObject({
      type: "thinking",
      thinking: "Files first.",
      signature: "signature-0",
    });
    expect(body.messages[4]?.content).toMatchObject([
      { type: "tool_result", is_error: true, cache_control: { type: "ephemeral" } },
      { type: "tool_result", is_error: true, content: expect.stringContaining("required property") },
    ]);
    expect(body).toMatchObject({ cache_control: { type: "ephemeral" } });
    expect(body.system).toMatchObject([{ text: "Solve it.", cache_control: { type: "ephemeral" } }]);
  });

  it("ends like a full context window when the server says so", async () => {
    const message = "This model's maximum context length is 128000 tokens.";
    await using server = await startOpenAiServer({
      replies: [{ status: 400, message, errorCode: "context_length_exceeded" }],
    });
    const { result } = await play("openai/gpt-4.1", server.url);
    expect(result.output.stopReason).toBe("model_length");
    expect(result.limit).toBeUndefined();
  });
});
