import { readFileSync } from "node:fs";
import { bashTool, type ReactResult, runReact, submitTool } from "@mlebench/agent-react";
import { handMadeSandbox } from "@mlebench/agent-react/testing";
import { describe, expect, it } from "vitest";
import { type ResolveModelOptions, resolveModel } from "./index.js";
import { type ModelServer, type ServerReply, startAnthropicServer, startOpenAiServer } from "./testing/index.js";

const ls = { name: "bash", arguments: { command: "ls" } };
const submit = { name: "submit", arguments: { answer: "done" } };

const PLAIN: readonly ServerReply[] = [
  { reasoning: "Files first.", text: "Let me look.", toolCalls: [ls] },
  { reasoning: "Now two at once.", toolCalls: [ls, ls] },
  { reasoning: "No tool this time.", text: "I only say something." },
  { reasoning: "Done.", toolCalls: [submit] },
];
const NAMED = PLAIN.map((reply): ServerReply => ({ ...reply, reasoningName: "reasoning" }));
const CHUNKED = PLAIN.map((reply): ServerReply => ({ ...reply, reasoningName: "content" }));
const DETAILED = NAMED.map((reply, index): ServerReply => {
  const text = { type: "reasoning.text", text: reply.reasoning, signature: `sign-${index}`, format: "x-v1", index: 0 };
  const encrypted = { type: "reasoning.encrypted", data: `data-${index}`, format: "x-v1", index: 1 };
  return { ...reply, reasoningDetails: [text, encrypted] };
});
const REDACTED: readonly ServerReply[] = [
  { redactedReasoning: "c2VjcmV0", toolCalls: [ls] },
  { reasoning: "Seen.", redactedReasoning: "bW9yZQ==", text: "Well.", toolCalls: [ls] },
  { toolCalls: [submit] },
];
const SIGNED: readonly ServerReply[] = [
  { text: "Look.", toolCalls: [{ ...ls, thoughtSignature: "c2lnbi0w" }, ls] },
  { toolCalls: [{ ...ls, thoughtSignature: "c2lnbi0x" }] },
  { toolCalls: [submit] },
];

interface Row {
  readonly vendor: string;
  readonly model: string;
  readonly replies: readonly ServerReply[];
  readonly args?: Record<string, unknown>;
}

const ROWS: readonly Row[] = [
  { vendor: "Anthropic", model: "anthropic/claude-opus-4-6", replies: PLAIN },
  { vendor: "Anthropic, at once", model: "anthropic/claude-sonnet-4-5", replies: PLAIN, args: { stream: false } },
  { vendor: "Anthropic, redacted", model: "anthropic/claude-opus-4-6", replies: REDACTED },
  { vendor: "OpenAI, responses", model: "openai/gpt-5", replies: PLAIN },
  { vendor: "OpenAI, responses, streaming", model: "openai/o3", replies: PLAIN, args: { stream: true } },
  { vendor: "Azure, responses", model: "azure/my-gpt-5-deployment", replies: PLAIN },
  { vendor: "OpenAI, chat completions", model: "openai/gpt-4o", replies: PLAIN },
  { vendor: "OpenAI, chat completions, streaming", model: "openai/gpt-4o", replies: NAMED, args: { stream: true } },
  { vendor: "OpenRouter, details", model: "openrouter/anthropic/claude-sonnet-4.5", replies: DETAILED },
  {
    vendor: "OpenRouter, details, streaming",
    model: "openrouter/google/gemini-3-pro",
    replies: DETAILED,
    args: { stream: true },
  },
  { vendor: "OpenRouter, text only", model: "openrouter/deepseek/deepseek-r1", replies: NAMED },
  { vendor: "Google", model: "google/gemini-3-pro", replies: SIGNED },
  { vendor: "DeepSeek", model: "deepseek/deepseek-reasoner", replies: PLAIN },
  { vendor: "xAI", model: "xai/grok-4", replies: PLAIN },
  { vendor: "Groq", model: "groq/openai/gpt-oss-120b", replies: NAMED },
  { vendor: "Mistral", model: "mistral/magistral-medium", replies: CHUNKED },
  { vendor: "any other compatible server", model: "vllm/some/model", replies: PLAIN },
  {
    vendor: "any other compatible server, streaming",
    model: "openai-api/acme/model",
    replies: NAMED,
    args: { stream: true },
  },
];

const start = (model: string) => (model.startsWith("anthropic/") ? startAnthropicServer : startOpenAiServer);

async function play(
  model: string,
  server: ModelServer,
  options: ResolveModelOptions = {},
  said: unknown[] = [],
): Promise<ReactResult> {
  const resolved = await resolveModel(model, { env: {}, apiKey: "k", baseUrl: server.url, maxRetries: 0, ...options });
  return await runReact({
    model: resolved.languageModel,
    sandbox: handMadeSandbox({ ls: "train.csv\n" }),
    tools: [bashTool(), submitTool()],
    instructions: "Solve it.",
    input: "The task.",
    config: options.generation,
    onEvent: (event) => event.type === "model-end" && said.push(...(event.warnings ?? [])),
  });
}

describe("thinking goes back to the server whole", () => {
  it.each(ROWS)("$vendor", async ({ model, replies, args }) => {
    await using server = await start(model)({ replies, checksThinking: true });
    const generation = model.startsWith("anthropic/") ? { reasoningEffort: "high" } : {};
    const { submitted } = await play(model, server, { args, generation });
    expect(submitted).toBe(true);
    expect(server.requests).toHaveLength(replies.length);
  });

  it("in vain where it is changed or missing: the servers here do refuse", async () => {
    for (const model of ["openai/gpt-5", "vllm/some/model"]) {
      await using server = await start(model)({ replies: PLAIN, checksThinking: true });
      await expect(play(model, server, { generation: { reasoningHistory: "none" } })).rejects.toThrow(
        /Thinking blocks cannot be modified/,
      );
    }
  });

  it.each([{ stream: false }, { stream: true }])(
    "and what else a server calls thinking does no harm: %j",
    async (args) => {
      const odd = [null, 3, "x", ["y"], {}, { type: "reasoning.text" }, { __proto__: null, index: 0, text: 7 }];
      const reasoningDetails = odd as NonNullable<ServerReply["reasoningDetails"]>;
      await using server = await startOpenAiServer({
        replies: [
          { reasoningDetails, toolCalls: [ls] },
          { text: "", toolCalls: [submit] },
        ],
      });
      expect((await play("openrouter/some/model", server, { args })).submitted).toBe(true);
      const messages = server.requests[1]?.body["messages"] as ReadonlyArray<Record<string, unknown>>;
      expect(messages[2]).toMatchObject({ reasoning_details: [{}, { type: "reasoning.text" }, { index: 0, text: 7 }] });
    },
  );

  it("for every vendor that the README tells of", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const table = readme.slice(readme.indexOf("## What is kept across turns"), readme.indexOf("## Beside Inspect"));
    const told = [...table.matchAll(/^\| (?!-|vendor)(.+?) +\|/gm)].map(([, vendor]) => vendor!);
    expect(told.length).toBeGreaterThan(10);
    for (const vendor of told)
      expect(
        ROWS.some((row) => row.vendor.startsWith(vendor)),
        vendor,
      ).toBe(true);
  });

  it("and is there to read", async () => {
    for (const { model, replies } of ROWS.filter((row) => row.replies !== REDACTED && row.replies !== SIGNED)) {
      await using server = await start(model)({ replies });
      const { messages } = await play(model, server);
      const first = messages.find((message) => message.role === "assistant");
      expect(first?.content, model).toMatchObject([
        { type: "reasoning", reasoning: "Files first." },
        { type: "text", text: "Let me look." },
      ]);
    }
  });
});

describe("a server without the responses protocol", () => {
  it("is spoken to by chat completions from then on, which is said", async () => {
    await using server = await startOpenAiServer({ replies: PLAIN, without: ["/responses"], checksThinking: true });
    const said: unknown[] = [];
    const { submitted } = await play("openai/gpt-5", server, {}, said);
    expect(submitted).toBe(true);
    expect(server.requests.map(({ path }) => path)).toEqual([
      "/v1/responses",
      ...PLAIN.map(() => "/v1/chat/completions"),
    ]);
    expect(new Set(said)).toEqual(new Set([expect.stringContaining("has no responses protocol")]));
    expect(server.requests[1]?.body["store"]).toBeUndefined();
  });

  it("is reported where responses were asked for by name, and where there is nothing else either", async () => {
    const without = ["/responses", "/chat/completions"];
    await using server = await startOpenAiServer({ replies: [], without });
    await expect(play("openai/gpt-5", server, { args: { responses_api: true } })).rejects.toThrow("/v1/responses");
    expect(server.requests).toHaveLength(1);
    await expect(play("openai/gpt-5", server)).rejects.toThrow("/v1/responses");
  });
});

it("does without summaries where the account is not given any, which is said", async () => {
  const refusal = { status: 400, message: "Your organization must be verified to generate reasoning summaries." };
  await using server = await startOpenAiServer({ replies: [refusal, ...PLAIN] });
  const said: unknown[] = [];
  await play("openai/gpt-5", server, {}, said);
  expect(server.requests.map(({ body }) => body["reasoning"])).toEqual([
    { summary: "auto" },
    ...PLAIN.map(() => undefined),
  ]);
  expect(new Set(said)).toEqual(new Set([expect.stringContaining("no summaries")]));
});

describe("a model that declines in words", () => {
  it.each(["openai/gpt-4o", "openai/gpt-5", "vllm/some/model"])("has answered: %s", async (model) => {
    const declining = { refusal: "I cannot do that." };
    await using server = await startOpenAiServer({
      replies: [declining, declining, declining, { toolCalls: [submit] }],
    });
    expect((await play(model, server)).submitted).toBe(true);
  });

  it("is not one that a filter stopped", async () => {
    await using server = await startOpenAiServer({ replies: () => ({ text: "", finishReason: "content_filter" }) });
    expect((await play("openai/gpt-4o", server)).output.stopReason).toBe("content_filter");
    await using other = await startAnthropicServer({ replies: () => ({ text: "No.", finishReason: "refusal" }) });
    expect((await play("anthropic/claude-opus-4-6", other)).output.stopReason).toBe("content_filter");
  });
});
