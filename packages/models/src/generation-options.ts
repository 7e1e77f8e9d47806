import type { LanguageModelV3, LanguageModelV3CallOptions, SharedV3ProviderOptions } from "@ai-sdk/provider";
import type { Protocol } from "./providers/vendors.js";
import { wrapLanguageModel } from "./wrap-language-model.js";

/** Options of every generation of a model. Each is the provider's own default when absent. */
export interface GenerationOptions {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  /** Most tokens of one answer, thinking included. */
  readonly maxTokens?: number;
  readonly seed?: number;
  readonly stopSequences?: readonly string[];
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  /** How hard to think: none, minimal, low, medium, high, as far as the model knows the word. */
  readonly reasoningEffort?: string;
  /** Most tokens of thinking, for models that take a number. */
  readonly reasoningTokens?: number;
  /** Whether one answer may call several tools. */
  readonly parallelToolCalls?: boolean;
  /** The AI SDK's `providerOptions`: JSON per provider name, passed on as it is. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Merged over the JSON body of every request, for what has no name here. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
}

/** What options without a name in the AI SDK become for one vendor. */
export interface VendorOptions {
  readonly providerOptions: SharedV3ProviderOptions;
  readonly body: Readonly<Record<string, unknown>>;
}

export function vendorOptions(vendor: string, protocol: Protocol, options: GenerationOptions): VendorOptions {
  const { reasoningEffort: effort, reasoningTokens: tokens, parallelToolCalls: parallel } = options;
  switch (protocol) {
    case "openai":
      return {
        // Answers are not kept on the server; thinking then travels encrypted with the conversation.
        providerOptions: { openai: defined({ reasoningEffort: effort, parallelToolCalls: parallel, store: false }) },
        body: {},
      };
    case "anthropic":
      return {
        providerOptions: {
          anthropic: defined({
            effort,
            thinking: tokens === undefined ? undefined : { type: "enabled", budgetTokens: tokens },
            disableParallelToolUse: parallel === undefined ? undefined : !parallel,
          }),
        },
        body: {},
      };
    case "openai-compatible": {
      const body = { top_k: options.topK, parallel_tool_calls: parallel };
      if (vendor === "openrouter") {
        const reasoning = defined({ effort: tokens === undefined ? effort : undefined, max_tokens: tokens });
        const wanted = Object.keys(reasoning).length > 0 ? reasoning : undefined;
        return { providerOptions: {}, body: defined({ ...body, reasoning: wanted }) };
      }
      const seed = vendor === "mistral" ? { random_seed: options.seed } : {};
      return { providerOptions: {}, body: defined({ ...body, ...seed, reasoning_effort: effort }) };
    }
    case "package":
      return { providerOptions: {}, body: {} };
  }
}

/** A model with these options on every call; what a call sets itself wins. */
export function withGenerationOptions(
  inner: LanguageModelV3,
  options: GenerationOptions,
  vendor: VendorOptions & { readonly name: string; readonly protocol: Protocol },
): LanguageModelV3 {
  const defaults: Partial<LanguageModelV3CallOptions> = defined({
    temperature: options.temperature,
    topP: options.topP,
    // Those in the body already would only give a warning here.
    topK: vendor.protocol === "openai-compatible" ? undefined : options.topK,
    seed: vendor.name === "mistral" ? undefined : options.seed,
    maxOutputTokens: options.maxTokens,
    stopSequences: options.stopSequences === undefined ? undefined : [...options.stopSequences],
    frequencyPenalty: options.frequencyPenalty,
    presencePenalty: options.presencePenalty,
  });
  const given = (options.providerOptions ?? {}) as SharedV3ProviderOptions;
  return wrapLanguageModel(inner, async (callOptions) => {
    const providerOptions = merge(merge(vendor.providerOptions, given), callOptions.providerOptions ?? {});
    return inner.doGenerate({
      ...defaults,
      ...callOptions,
      ...(Object.keys(providerOptions).length === 0 ? {} : { providerOptions }),
    });
  });
}

function merge(left: SharedV3ProviderOptions, right: SharedV3ProviderOptions): SharedV3ProviderOptions {
  const merged: SharedV3ProviderOptions = { ...left };
  for (const [provider, values] of Object.entries(right)) merged[provider] = { ...merged[provider], ...values };
  return merged;
}

function defined<T extends object>(values: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
