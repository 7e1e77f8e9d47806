import type { LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { type GenerationOptions, withoutUndefined } from "@mlebench/base";
import { keepAssistantFields, withAssistantFields } from "./assistant-fields.js";
import { effortFields } from "./compatible-effort.js";
import type { Answer, WireBody } from "./exchange.js";
import { openAiModel } from "./openai-names.js";
import type { RequestShape } from "./request-shape.js";
import type { Vendor } from "./vendors.js";

/** Services that refuse an empty text, and what stands for it. */
const NO_EMPTY_TEXT = new Set(["mistral", "moonshot"]);
const NO_CONTENT = "(no content)";

/** Services whose own default is too short to work with: Inspect's. */
const DEFAULT_MAX_TOKENS = 2048;
const NEEDS_MAX_TOKENS = new Set(["cloudflare", "groq", "together"]);

/** Chat completions of OpenAI and Azure, and of any server behind their names. */
export function openAiChatShape(name: string, options: GenerationOptions): RequestShape {
  const model = openAiModel(name);
  return {
    providerOptions: {
      openai: withoutUndefined({
        reasoningEffort: model.takesEffort ? options.reasoningEffort : undefined,
        parallelToolCalls: model.isOSeries ? undefined : options.parallelToolCalls,
        forceReasoning: model.reasons,
      }),
    },
    revise: ({ body, headers }, call) => ({ body: chatBody(body, call), headers }),
    finish: finishChat,
  };
}

/** Chat completions of a server that speaks OpenAI's protocol. */
export function compatibleShape(
  vendor: Vendor,
  name: string,
  options: GenerationOptions,
  strictTools: boolean | undefined,
): RequestShape {
  const strict = strictTools ?? vendor.strictTools;
  return {
    maxTokens: NEEDS_MAX_TOKENS.has(vendor.name) ? DEFAULT_MAX_TOKENS : undefined,
    body: withoutUndefined({
      top_k: options.topK,
      parallel_tool_calls: options.parallelToolCalls,
      ...effortFields(vendor, name, options.reasoningEffort, options.reasoningTokens),
    }),
    revise({ body, headers }, call) {
      const { max_tokens, seed, ...all } = chatBody(body, call, NO_EMPTY_TEXT.has(vendor.name) ? NO_CONTENT : "");
      const rest = hasFixedSampling(vendor, name) ? withoutSampling(all) : all;
      const { prefersResponses: completionTokens } = openAiModel(name);
      const limit = completionTokens ? { max_completion_tokens: max_tokens } : { max_tokens };
      const tools = Array.isArray(rest["tools"]) ? { tools: withStrict(rest["tools"], strict) } : {};
      const caches = vendor.name === "openrouter" && name.startsWith("anthropic/") && options.cachePrompt !== false;
      const named = { ...limit, [vendor.name === "mistral" ? "random_seed" : "seed"]: seed };
      const sent = { ...rest, ...withoutUndefined(named), ...tools };
      return { body: caches ? withCacheMarks(sent) : sent, headers };
    },
    finish: finishChat,
  };
}

/** A model that declines in words has answered; only a filter's stop is one, as in Inspect. */
function finishChat(result: LanguageModelV3GenerateResult, answer: Answer): LanguageModelV3GenerateResult {
  const { unified, raw } = result.finishReason;
  const isDeclined = unified === "content-filter" && raw === "stop";
  const finishReason = isDeclined ? ({ unified: "stop", raw } as const) : result.finishReason;
  return keepAssistantFields({ ...result, finishReason }, answer);
}

function chatBody(body: WireBody, call: LanguageModelV3CallOptions, noContent = ""): WireBody {
  const completed = withAssistantFields(body, call);
  const messages = completed["messages"];
  if (!Array.isArray(messages)) return completed;
  // A turn of nothing but calls has an empty text, as Inspect writes it.
  const whole = messages.map((message: WireBody) => {
    const isEmpty = message["content"] === null || message["content"] === "";
    return message["role"] === "assistant" && isEmpty ? { ...message, content: noContent } : message;
  });
  return { ...completed, messages: whole };
}

/** Kimi's sampling is its own, and settings of it are refused. */
function hasFixedSampling(vendor: Vendor, name: string): boolean {
  return vendor.name === "moonshot" && name.toLowerCase().startsWith("kimi");
}

function withoutSampling(body: WireBody): WireBody {
  const { temperature: _, top_p: __, frequency_penalty: ___, presence_penalty: ____, ...rest } = body;
  return rest;
}

/** OpenRouter caches for Claude what is marked: the system text and the tools. */
function withCacheMarks(body: WireBody): WireBody {
  const mark = { cache_control: { type: "ephemeral" } };
  const messages = body["messages"] as readonly WireBody[];
  const system = messages.findLastIndex((message) => message["role"] === "system");
  const tools = body["tools"] as readonly WireBody[] | undefined;
  return {
    ...body,
    messages: messages.map((message, index) =>
      index === system ? { ...message, content: [{ type: "text", text: message["content"], ...mark }] } : message,
    ),
    ...(tools && { tools: tools.map((tool, index) => (index === tools.length - 1 ? { ...tool, ...mark } : tool)) }),
  };
}

function withStrict(tools: readonly WireBody[], strict: boolean | undefined): WireBody[] {
  return tools.map((tool) => ({
    ...tool,
    function: withoutUndefined({ strict, ...(tool["function"] as WireBody) }),
  }));
}
