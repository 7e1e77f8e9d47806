import type { LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { type GenerationOptions, withoutUndefined } from "@mlebench/base";
import { keepAssistantFields, withAssistantFields } from "./assistant-fields.js";
import type { Answer, WireBody } from "./exchange.js";
import { openAiModel } from "./openai-names.js";
import type { RequestShape } from "./request-shape.js";
import type { Vendor } from "./vendors.js";

/** DeepSeek's words for the efforts that it calls otherwise. */
const DEEPSEEK_EFFORTS: Readonly<Record<string, string>> = { minimal: "low", medium: "high", xhigh: "max" };

/** Chat completions of OpenAI and Azure, and of any server behind their names. */
export function openAiChatShape(name: string, options: GenerationOptions): RequestShape {
  const model = openAiModel(name);
  return {
    providerOptions: {
      openai: withoutUndefined({
        reasoningEffort: options.reasoningEffort,
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
    body: withoutUndefined({
      top_k: options.topK,
      parallel_tool_calls: options.parallelToolCalls,
      ...reasoningBody(vendor, options),
    }),
    revise({ body, headers }, call) {
      const { max_tokens, seed, ...rest } = chatBody(body, call);
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

/** The thinking that a call asks for, as each service has it. */
function reasoningBody(vendor: Vendor, { reasoningEffort: effort, reasoningTokens: tokens }: GenerationOptions) {
  if (vendor.name === "deepseek") {
    if (effort === "none") return { thinking: { type: "disabled" } };
    return { reasoning_effort: effort === undefined ? undefined : (DEEPSEEK_EFFORTS[effort] ?? effort) };
  }
  if (vendor.name !== "openrouter") return { reasoning_effort: effort };
  // It takes one of the two, and an effort goes first.
  const reasoning = withoutUndefined({
    effort: effort === "max" ? "xhigh" : effort,
    max_tokens: effort === undefined ? tokens : undefined,
  });
  return { reasoning: Object.keys(reasoning).length > 0 ? reasoning : undefined };
}

function chatBody(body: WireBody, call: LanguageModelV3CallOptions): WireBody {
  const completed = withAssistantFields(body, call);
  const messages = completed["messages"];
  if (!Array.isArray(messages)) return completed;
  // A turn of nothing but calls has an empty text, as Inspect writes it.
  const whole = messages.map((message: WireBody) =>
    message["role"] === "assistant" && message["content"] === null ? { ...message, content: "" } : message,
  );
  return { ...completed, messages: whole };
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
