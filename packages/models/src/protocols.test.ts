import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { type ResolveModelOptions, resolveModel } from "./index.js";
import { type ModelServer, type ServerReply, startAnthropicServer, startOpenAiServer } from "./testing/index.js";

const REQUEST: LanguageModelV3CallOptions = {
  prompt: [
    { role: "system", content: "You are tested." },
    { role: "user", content: [{ type: "text", text: "Say something." }] },
  ],
  tools: [
    {
      type: "function",
      name: "bash",
      description: "Runs a command.",
      inputSchema: { type: "object", properties: { command: { type: "string" } }, required: ["command"] },
    },
  ],
  toolChoice: { type: "auto" },
};

const REPLY: ServerReply = {
  text: "Let me look at the files.",
  reasoning: "Files first, then numbers.",
  toolCalls: [
    { name: "bash", arguments: { command: "ls -la /home/data" } },
    { name: "bash", arguments: { command: "echo 'ünïcode \"quoted\"'" } },
  ],
  usage: { inputTokens: 1000, outputTokens: 50, cacheReadTokens: 400, reasoningTokens: 30 },
};

interface Case {
  readonly name: string;
  readonly model: string;
  readonly start: (options: Parameters<typeof startOpenAiServer>[0]) => Promise<ModelServer>;
  readonly args: Record<string, unknown>;
  readonly key: string;
  readonly inputTotal: number;
}

const cases: readonly Case[] = [
  {
    name: "chat completions",
    model: "openai/gpt-4.1",
    start: startOpenAiServer,
    args: { responses_api: false, stream: false },
    key: "OPENAI_API_KEY",
    inputTotal: 1000,
  },
  {
    name: "chat completions, streaming",
    model: "openai/gpt-4.1",
    start: startOpenAiServer,
    args: { stream: true },
    key: "OPENAI_API_KEY",
    inputTotal: 1000,
  },
  {
    name: "chat completions of another vendor",
    model: "deepseek/deepseek-reasoner",
    start: startOpenAiServer,
    args: {},
    key: "DEEPSEEK_API_KEY",
    inputTotal: 1000,
  },
  {
    name: "chat completions of another vendor, streaming",
    model: "openai-api/acme/model-1",
    start: startOpenAiServer,
    args: { stream: true },
    key: "ACME_API_KEY",
    inputTotal: 1000,
  },
  {
    name: "responses",
    model: "openai/gpt-5",
    start: startOpenAiServer,
    args: { responsesApi: true, stream: false },
    key: "OPENAI_API_KEY",
    inputTotal: 1000,
  },
  {
    name: "responses, streaming",
    model: "openai/gpt-5",
    start: startOpenAiServer,
    args: { responses_api: true, stream: true },
    key: "OPENAI_API_KEY",
    inputTotal: 1000,
  },
  {
    name: "messages",
    model: "anthropic/claude-sonnet-4-5",
    start: startAnthropicServer,
    args: { stream: false },
    key: "ANTHROPIC_API_KEY",
    inputTotal: 1400,
  },
  {
    name: "messages, streaming",
    model: "anthropic/claude-sonnet-4-5",
    start: startAnthropicServer,
    args: {},
    key: "ANTHROPIC_API_KEY",
    inputTotal: 1400,
  },
];

const SECRET = "secret-key-of-the-test-0123456789";

async function model(given: Case, server: ModelServer, options: ResolveModelOptions = {}) {
  const { languageModel } = await resolveModel(given.model, {
    baseUrl: server.url,
    env: { [given.key]: SECRET },
    args: given.args,
    timing: { random: () => 0, sleep: async () => {} },
    ...options,
  });
  return languageModel;
}

describe.each(cases)("$name", (given) => {
  it("brings text, tool calls, stop reason and usage", async () => {
    await using server = await given.start({ replies: [REPLY], apiKey: SECRET });
    const result = await (await model(given, server)).doGenerate(REQUEST);

    expect(result.content.filter((part) => part.type === "text").map((part) => part.text)).toEqual([REPLY.text]);
    const calls = result.content.filter((part) => part.type === "tool-call");
    expect(calls.map((call) => call.toolName)).toEqual(["bash", "bash"]);
    expect(calls.map((call) => JSON.parse(call.input))).toEqual(REPLY.toolCalls?.map((call) => call.arguments));
    expect(new Set(calls.map((call) => call.toolCallId)).size).toBe(2);
    expect(result.finishReason.unified).toBe("tool-calls");
    expect(result.usage.inputTokens.total).toBe(given.inputTotal);
    expect(result.usage.inputTokens.cacheRead).toBe(400);
    expect(result.usage.outputTokens.total).toBe(50);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body["stream"] === true).toBe(given.name.includes("streaming"));
  });

  it("tries again after 429, 500 and a connection cut in the middle, and waits as told", async () => {
    const replies: ServerReply[] = [
      { status: 429, message: "slow down", headers: { "retry-after": "7" } },
      { status: 429, message: "slow down", headers: { "retry-after-ms": "1500" } },
      { status: 500, message: "oops" },
      { ...REPLY, cutAt: 0.5 },
      REPLY,
    ];
    await using server = await given.start({ replies });
    const waits: number[] = [];
    const sleep = async (seconds: number) => void waits.push(seconds);
    const languageModel = await model(given, server, { timing: { random: () => 0, sleep } });
    const result = await languageModel.doGenerate(REQUEST);

    expect(result.finishReason.unified).toBe("tool-calls");
    expect(server.requests).toHaveLength(5);
    expect(waits).toEqual([7, 1.5, 12, 24]);
  });

  it("names the variable of a wrong key, tries only once and does not repeat the key", async () => {
    await using server = await given.start({ replies: [], apiKey: "another key" });
    const error = await failure((await model(given, server)).doGenerate(REQUEST));

    expect(error).toMatchObject({ code: "MODEL_WRONG_API_KEY" });
    expect(error.hint).toContain(given.key);
    expect(server.requests).toHaveLength(1);
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it("gives up with what happened last", async () => {
    await using server = await given.start({ replies: () => ({ status: 503, message: `down for ${SECRET}` }) });
    const error = await failure((await model(given, server, { maxRetries: 2 })).doGenerate(REQUEST));

    expect(error).toMatchObject({ code: "MODEL_RETRIES_EXHAUSTED", attempts: 3 });
    expect(error.message).toMatch(/3 attempts.*down for \[secret\]/);
    expect(server.requests).toHaveLength(3);
    expect(everythingIn(error)).not.toContain(SECRET);
  });

  it("does not repeat a request that the server refuses for good", async () => {
    await using server = await given.start({
      replies: [{ status: 400, message: "prompt is too long: 300000 tokens" }],
    });
    const error = await failure((await model(given, server)).doGenerate(REQUEST));

    expect(error).toMatchObject({ code: "MODEL_REQUEST_REFUSED", statusCode: 400 });
    expect(error.message).toContain("prompt is too long");
    expect(server.requests).toHaveLength(1);
  });
});

it("a result holds the whole answer of Anthropic's, streamed or not", async () => {
  const replies = [{ ...REPLY, redactedReasoning: "c2VjcmV0" }];
  const bodies = await Promise.all(
    [true, false].map(async (stream) => {
      await using server = await startAnthropicServer({ replies });
      const given = cases.find(({ name }) => name === "messages")!;
      const result = await (await model({ ...given, args: { stream } }, server)).doGenerate(REQUEST);
      return result.response?.body;
    }),
  );
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[0]).toMatchObject({
    content: [
      { type: "thinking", thinking: REPLY.reasoning, signature: "signature-0" },
      { type: "redacted_thinking" },
      { type: "text", text: REPLY.text },
      { type: "tool_use", input: { command: "ls -la /home/data" } },
      { type: "tool_use" },
    ],
    stop_reason: "tool_use",
  });
});

describe.each(cases.filter(({ name }) => name.includes("streaming") && !name.startsWith("responses")))(
  "$name, broken off",
  (given) => {
    it("tries again when the server says in the middle of an answer that it is overloaded", async () => {
      const overloaded = { ...REPLY, errorInStream: true, message: "Overloaded", errorCode: "overloaded_error" };
      await using server = await given.start({ replies: [overloaded, REPLY] });
      const result = await (await model(given, server)).doGenerate(REQUEST);
      expect(result.finishReason.unified).toBe("tool-calls");
      expect(server.requests).toHaveLength(2);
    });

    it("gives up with the server's words when the request itself is wrong", async () => {
      const wrong = { ...REPLY, errorInStream: true, message: "No such tool.", errorCode: "invalid_request_error" };
      await using server = await given.start({ replies: [wrong, REPLY] });
      const error = await failure((await model(given, server)).doGenerate(REQUEST));
      expect(error).toMatchObject({ code: "MODEL_REQUEST_REFUSED" });
      expect(error.message).toContain("No such tool.");
      expect(server.requests).toHaveLength(1);
    });
  },
);

async function failure(promise: PromiseLike<unknown>): Promise<Error & { hint: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { hint: string };
  }
  throw new Error("It did not fail.");
}

/** Message, hint, stack and every property of an error and its causes. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.getOwnPropertyNames(error)
    .filter((name) => name !== "cause")
    .map((name) => JSON.stringify(Reflect.get(error, name)));
  return [...own, everythingIn(error.cause)].join("\n");
}
