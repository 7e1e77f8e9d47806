import type {
  LanguageModelV2,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
} from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { type ReactModel, runReact } from "./index.js";
import { handMadeSandbox } from "./testing/index.js";

const USAGE = {
  inputTokens: { total: 150, noCache: 100, cacheRead: 40, cacheWrite: 10 },
  outputTokens: { total: 30, text: 10, reasoning: 20 },
};

/** A model that gives these contents in turn and keeps what it was asked. */
function model(provider: string, contents: readonly LanguageModelV3Content[][]) {
  const asked: LanguageModelV3CallOptions[] = [];
  const languageModel: LanguageModelV3 = {
    specificationVersion: "v3",
    provider,
    modelId: "m",
    supportedUrls: {},
    async doGenerate(options) {
      asked.push(options);
      const content = contents[asked.length - 1] ?? [];
      return { content, finishReason: { unified: "tool-calls", raw: "" }, usage: USAGE, warnings: [] };
    },
    doStream: () => Promise.reject(new Error("not used")),
  };
  return { languageModel, asked };
}

const call = (
  toolCallId: string,
  toolName: string,
  input: object,
  providerMetadata?: LanguageModelV3Content & object,
) =>
  ({
    type: "tool-call",
    toolCallId,
    toolName,
    input: JSON.stringify(input),
    ...providerMetadata,
  }) as LanguageModelV3Content;

function run(languageModel: ReactModel) {
  return runReact({
    model: languageModel,
    sandbox: handMadeSandbox({ ls: "a b\n", bad: { timedOut: true } }),
    instructions: "System.",
    input: "Input.",
  });
}

describe("what goes back to the provider", () => {
  it("is its own thinking with signatures, and the metadata of its calls", async () => {
    const signed = { type: "reasoning", text: "Hmm.", providerMetadata: { anthropic: { signature: "sig" } } } as const;
    const hidden = { type: "reasoning", text: "", providerMetadata: { anthropic: { redactedData: "xyz" } } } as const;
    const thought = { providerMetadata: { google: { thoughtSignature: "ts" } } } as never;
    const { languageModel, asked } = model("anthropic.messages", [
      [signed, hidden, { type: "text", text: "Look." }, call("1", "bash", { command: "ls" }, thought)],
      [call("2", "submit", { answer: "" })],
    ]);
    const result = await run(languageModel);

    expect(asked[1]?.prompt[2]).toEqual({
      role: "assistant",
      content: [
        { type: "reasoning", text: "Hmm.", providerOptions: { anthropic: { signature: "sig" } } },
        { type: "reasoning", text: "", providerOptions: { anthropic: { redactedData: "xyz" } } },
        { type: "text", text: "Look." },
        {
          type: "tool-call",
          toolCallId: "1",
          toolName: "bash",
          input: { command: "ls" },
          providerOptions: { google: { thoughtSignature: "ts" } },
        },
      ],
    });
    expect(result.messages[2]?.content).toMatchObject([
      { type: "reasoning", reasoning: "Hmm.", signature: "sig" },
      { type: "reasoning", reasoning: "xyz", redacted: true },
      { type: "text", text: "Look." },
    ]);
  });

  it("are all results of a turn in one message, failures marked as such", async () => {
    const calls = [call("1", "bash", { command: "ls" }), call("2", "bash", { command: "bad" })];
    for (const [provider, text] of [
      ["anthropic.messages", "Command timed out before completing."],
      ["openai.chat", "Error: Command timed out before completing."],
    ] as const) {
      const { languageModel, asked } = model(provider, [calls, [call("3", "submit", { answer: "" })]]);
      await run(languageModel);
      expect(asked[1]?.prompt[3]).toMatchObject({
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "1", toolName: "bash", output: { type: "text", value: "a b\n" } },
          { type: "tool-result", toolCallId: "2", toolName: "bash", output: { type: "error-text", value: text } },
        ],
      });
    }
  });

  it.each([
    ["openai.chat", ""],
    ["anthropic.messages", "(no content)"],
  ])("is never an assistant message without content: %s", async (provider, text) => {
    const { languageModel, asked } = model(provider, [[], [call("1", "submit", { answer: "" })]]);
    await run(languageModel);
    expect(asked[1]?.prompt[2]).toEqual({ role: "assistant", content: [{ type: "text", text }] });
  });

  it("is marked for Anthropic's cache: the system text, the tools, and as a whole", async () => {
    const mark = { anthropic: { cacheControl: { type: "ephemeral" } } };
    const turns = [[call("1", "bash", { command: "ls" })], [call("2", "submit", { answer: "" })]];
    const anthropic = model("anthropic.messages", turns);
    await run(anthropic.languageModel);
    const [, asked] = anthropic.asked;
    expect(asked?.prompt.map((message) => message.providerOptions)).toEqual([mark, undefined, undefined, undefined]);
    expect(asked?.tools?.map((tool) => (tool.type === "function" ? tool.providerOptions : tool))).toEqual([
      undefined,
      mark,
    ]);
    expect(asked?.providerOptions).toEqual(mark);
    const other = model("openai.chat", turns);
    await run(other.languageModel);
    expect(JSON.stringify(other.asked)).not.toContain("cacheControl");
  });

  it("offers the tools with their schemas", async () => {
    const { languageModel, asked } = model("x", [[call("1", "submit", { answer: "" })]]);
    await run(languageModel);
    expect(asked[0]?.toolChoice).toEqual({ type: "auto" });
    expect(asked[0]?.tools?.map((tool) => tool.name)).toEqual(["bash", "submit"]);
  });
});

describe("what comes from the provider", () => {
  it("is counted with cache and thinking told apart", async () => {
    const { languageModel } = model("x", [[call("1", "submit", { answer: "" })]]);
    expect((await run(languageModel)).usage).toEqual({
      input_tokens: 100,
      output_tokens: 30,
      total_tokens: 180,
      input_tokens_cache_read: 40,
      input_tokens_cache_write: 10,
      reasoning_tokens: 20,
    });
  });

  it("may be of the older model specification", async () => {
    const older: LanguageModelV2 = {
      specificationVersion: "v2",
      provider: "old",
      modelId: "m",
      supportedUrls: {},
      async doGenerate() {
        return {
          content: [{ type: "tool-call", toolCallId: "1", toolName: "submit", input: '{"answer":"x"}' }],
          finishReason: "tool-calls",
          usage: { inputTokens: 50, outputTokens: 5, totalTokens: 55, cachedInputTokens: 20 },
          warnings: [],
        };
      },
      doStream: () => Promise.reject(new Error("not used")),
    };
    const result = await run(older);
    expect(result).toMatchObject({
      answer: "x",
      output: { stopReason: "tool_calls" },
      usage: { input_tokens: 30, input_tokens_cache_read: 20, output_tokens: 5, total_tokens: 55 },
    });
  });
});
