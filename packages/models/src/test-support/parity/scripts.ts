import type { ServerReply } from "../../testing/index.js";

/** One conversation that both products are put through. */
export interface ParityScript {
  readonly name: string;
  /** The model as Inspect's command line takes it. */
  readonly model: string;
  readonly protocol: "openai" | "anthropic";
  /** What the path of the address is. @default "/v1", and none for Anthropic */
  readonly path?: string;
  /** Generation options by Inspect's names. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly replies: readonly ServerReply[];
}

const call = (command: string) => ({ name: "bash", arguments: { command } });
const submit = { name: "submit", arguments: { answer: "done" } };

const TOOLS: readonly ServerReply[] = [
  { text: "Let me look.", toolCalls: [call("ls")] },
  { toolCalls: [call("one"), call("two")] },
  { text: "I am only saying this." },
  { text: "Bye.", toolCalls: [submit] },
];

const THINKING: readonly ServerReply[] = [
  { reasoning: "First thought.", text: "Let me look.", phase: "commentary", toolCalls: [call("ls")] },
  { reasoning: "Second thought.", toolCalls: [call("one"), call("two")] },
  { reasoning: "Third thought.", text: "I am only saying this." },
  { text: "Bye.", toolCalls: [submit] },
];

const REDACTED: readonly ServerReply[] = [
  { redactedReasoning: "c2VjcmV0", text: "Let me look.", toolCalls: [call("ls")] },
  { reasoning: "A thought.", redactedReasoning: "bW9yZQ==", toolCalls: [call("one")] },
  { text: "Bye.", toolCalls: [submit] },
];

const NAMED_REASONING = THINKING.map((reply): ServerReply => ({ ...reply, reasoningName: "reasoning" }));

const DETAILS: readonly ServerReply[] = THINKING.map((reply, index) =>
  reply.reasoning === undefined
    ? reply
    : {
        ...reply,
        reasoningName: "reasoning",
        reasoningDetails: [
          {
            type: "reasoning.text",
            text: reply.reasoning,
            signature: `signature-${index}`,
            format: "anthropic-claude-v1",
            index: 0,
          },
          { type: "reasoning.encrypted", data: `data-${index}`, format: "anthropic-claude-v1", index: 1 },
        ],
      },
);

const REFUSALS: readonly ServerReply[] = [
  { refusal: "I cannot do that." },
  { refusal: "I still cannot." },
  { text: "Well then.", toolCalls: [submit] },
];

const EMPTY: readonly ServerReply[] = [{ text: "" }, { text: "Bye.", toolCalls: [submit] }];

const SAMPLING = { temperature: 0.5, top_p: 0.9, max_tokens: 1000, seed: 4 };
const anthropic = (name: string, model: string, replies: readonly ServerReply[], config = {}): ParityScript => ({
  name,
  model: `anthropic/${model}`,
  protocol: "anthropic",
  path: "",
  config,
  replies,
});
const openai = (name: string, model: string, replies: readonly ServerReply[], config = {}): ParityScript => ({
  name,
  model,
  protocol: "openai",
  config,
  replies,
});

/** Vendors, with and without thinking and options. */
export const PARITY_SCRIPTS: readonly ParityScript[] = [
  anthropic("Claude 3.5", "claude-3-5-sonnet-latest", TOOLS),
  anthropic("Claude 3.7 with thinking tokens", "claude-3-7-sonnet-latest", THINKING, { reasoning_tokens: 4096 }),
  anthropic("Claude Opus 4.1", "claude-opus-4-1", TOOLS),
  anthropic("Claude Sonnet 4.5", "claude-sonnet-4-5", TOOLS),
  anthropic("Claude Sonnet 4.5 with an effort", "claude-sonnet-4-5", THINKING, { reasoning_effort: "high" }),
  anthropic("Claude Sonnet 4.5 with thinking tokens", "claude-sonnet-4-5", THINKING, { reasoning_tokens: 4096 }),
  anthropic("Claude Sonnet 4.5 with own max_tokens", "claude-sonnet-4-5", THINKING, {
    reasoning_effort: "low",
    max_tokens: 6000,
    stop_seqs: ["END"],
  }),
  anthropic("Claude Opus 4.6 with an effort", "claude-opus-4-6", THINKING, { reasoning_effort: "high" }),
  anthropic("Claude Opus 4.6, minimal effort", "claude-opus-4-6", THINKING, { reasoning_effort: "minimal" }),
  anthropic("Claude Opus 4.6 with redacted thinking", "claude-opus-4-6", REDACTED, { reasoning_effort: "medium" }),
  anthropic("Claude Opus 4.7", "claude-opus-4-7", TOOLS),
  anthropic("Claude Opus 4.7, highest effort", "claude-opus-4-7", THINKING, { reasoning_effort: "max" }),
  anthropic("Claude Opus 4.7 without thinking", "claude-opus-4-7", TOOLS, { reasoning_effort: "none" }),
  anthropic("Claude Opus 5.5", "claude-opus-5-5", THINKING, { reasoning_effort: "xhigh" }),
  anthropic("Claude Sonnet 5.5 without thinking", "claude-sonnet-5-5", TOOLS, { reasoning_effort: "none" }),
  anthropic("a Claude of the future", "claude-future-9", TOOLS),
  anthropic("Claude Sonnet 4.5 with a temperature", "claude-sonnet-4-5", TOOLS, { temperature: 0.5 }),
  anthropic("Claude with an empty answer", "claude-sonnet-4-5", EMPTY),
  anthropic("Claude with one call at a time", "claude-sonnet-4-5", TOOLS, { parallel_tool_calls: false }),
  anthropic("Claude without the prompt's cache", "claude-sonnet-4-5", TOOLS, { cache_prompt: false }),
  openai("GPT-4o", "openai/gpt-4o", TOOLS),
  openai("GPT-4o with options", "openai/gpt-4o", TOOLS, {
    ...SAMPLING,
    stop_seqs: ["END"],
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    parallel_tool_calls: false,
  }),
  openai("GPT-4o that refuses", "openai/gpt-4o", REFUSALS),
  openai("GPT-4o with an empty answer", "openai/gpt-4o", EMPTY),
  openai("a server behind openai/ that thinks", "openai/gpt-4o", THINKING),
  openai("GPT-4o with further fields", "openai/gpt-4o", TOOLS, { extra_body: { service_tier: "flex" } }),
  openai("o3", "openai/o3", THINKING, { ...SAMPLING, reasoning_effort: "high" }),
  openai("GPT-5", "openai/gpt-5", THINKING),
  openai("GPT-5 with options", "openai/gpt-5", THINKING, { ...SAMPLING, reasoning_effort: "max", stop_seqs: ["END"] }),
  openai("GPT-5 without summaries", "openai/gpt-5", THINKING, { reasoning_summary: "none" }),
  openai("GPT-5 that forgets its thinking", "openai/gpt-5", THINKING, { reasoning_history: "none" }),
  openai("GPT-5 that remembers its last thinking", "openai/gpt-5", THINKING, { reasoning_history: "last" }),
  openai("GPT-5.1 without thinking", "openai/gpt-5.1", TOOLS, { ...SAMPLING, reasoning_effort: "none" }),
  openai("GPT-5.1 with a temperature", "openai/gpt-5.1", TOOLS, { temperature: 0.5 }),
  openai("GPT-5 chat", "openai/gpt-5-chat-latest", TOOLS),
  openai("GPT-5 with an empty answer", "openai/gpt-5", EMPTY),
  openai("GPT-5 that refuses", "openai/gpt-5", REFUSALS),
  openai("GPT-5 with a system message", "openai/gpt-5", TOOLS, { system_message: "Be brief." }),
  openai("GPT-4o with an effort", "openai/gpt-4o", TOOLS, { reasoning_effort: "high" }),
  openai("GPT-4o with a system message", "openai/gpt-4o", TOOLS, { system_message: "Be brief." }),
  { ...openai("GPT-5 at Azure", "openai/azure/gpt-5", THINKING, { reasoning_effort: "low" }), path: "" },
  openai("Claude at OpenRouter", "openrouter/anthropic/claude-sonnet-4.5", DETAILS, { reasoning_effort: "high" }),
  openai("DeepSeek at OpenRouter", "openrouter/deepseek/deepseek-r1", NAMED_REASONING, { reasoning_tokens: 2000 }),
  openai("GPT-5 at OpenRouter", "openrouter/openai/gpt-5", TOOLS, { max_tokens: 500 }),
  openai("a model of vLLM", "vllm/some/model", THINKING, { ...SAMPLING, reasoning_effort: "low" }),
  openai("a model of vLLM that calls it reasoning", "vllm/other/model", NAMED_REASONING),
  openai("DeepSeek", "deepseek/deepseek-reasoner", THINKING, { reasoning_effort: "medium" }),
  openai("DeepSeek without thinking", "deepseek/deepseek-chat", TOOLS, { reasoning_effort: "none" }),
  openai("Together", "together/meta-llama/Llama-4", TOOLS, SAMPLING),
  openai("Fireworks", "fireworks/accounts/fireworks/models/x", TOOLS),
  openai("an unlisted service", "openai-api/acme/model-1", THINKING, SAMPLING),
  openai("Ollama", "ollama/llama4", NAMED_REASONING),
  openai("SambaNova", "sambanova/llama", TOOLS),
  openai("Moonshot", "moonshot/kimi-k2", THINKING),
  openai("Kimi K3 with an effort", "moonshot/kimi-k3", TOOLS, { ...SAMPLING, reasoning_effort: "low" }),
  openai("Moonshot with an effort", "moonshot/other", TOOLS, { ...SAMPLING, reasoning_effort: "low" }),
  openai("DeepSeek, extra high effort", "deepseek/deepseek-reasoner", TOOLS, { reasoning_effort: "xhigh" }),
  openai("Together, minimal effort", "together/some/model", TOOLS, { reasoning_effort: "minimal" }),
  openai("Together, highest effort", "together/openai/gpt-oss-20b", TOOLS, { reasoning_effort: "max" }),
  openai("Together without thinking", "together/another/model", TOOLS, { reasoning_effort: "none" }),
  openai("Fireworks, minimal effort", "fireworks/accounts/fireworks/models/y", TOOLS, { reasoning_effort: "minimal" }),
  openai("Fireworks, highest effort", "fireworks/accounts/fireworks/models/gpt-oss-20b", TOOLS, {
    reasoning_effort: "max",
  }),
  openai("Ollama, highest effort", "ollama/other", TOOLS, { reasoning_effort: "xhigh" }),
  openai("SambaNova, highest effort", "sambanova/other", TOOLS, { reasoning_effort: "max" }),
  openai("OpenRouter, highest effort", "openrouter/some/model", TOOLS, { reasoning_effort: "max" }),
];
