import type { LanguageModelV3, SharedV3ProviderOptions } from "@ai-sdk/provider";
import { type GenerationOptions, withoutUndefined } from "@mlebench/base";
import type { Protocol } from "./providers/vendors.js";
import { wrapLanguageModel } from "./wrap-language-model.js";

/** What options without a name in the AI SDK become for one vendor. */
interface VendorOptions {
  readonly providerOptions: SharedV3ProviderOptions;
  readonly body: Readonly<Record<string, unknown>>;
}

export function vendorOptions(vendor: string, protocol: Protocol, options: GenerationOptions): VendorOptions {
  const { reasoningEffort: effort, reasoningTokens: tokens, parallelToolCalls: parallel } = options;
  switch (protocol) {
    case "openai":
      return {
        // Answers are not kept on the server; thinking then travels encrypted with the conversation.
        providerOptions: {
          openai: withoutUndefined({ reasoningEffort: effort, parallelToolCalls: parallel, store: false }),
        },
        body: {},
      };
    case "anthropic":
      return {
        providerOptions: {
          anthropic: withoutUndefined({
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
        const reasoning = withoutUndefined({ effort: tokens === undefined ? effort : undefined, max_tokens: tokens });
        const wanted = Object.keys(reasoning).length > 0 ? reasoning : undefined;
        return { providerOptions: {}, body: withoutUndefined({ ...body, reasoning: wanted }) };
      }
      const seed = vendor === "mistral" ? { random_seed: options.seed } : {};
      return { providerOptions: {}, body: withoutUndefined({ ...body, ...seed, reasoning_effort: effort }) };
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
  const given = (options.providerOptions ?? {}) as SharedV3ProviderOptions;
  return wrapLanguageModel(inner, async (call) =>
    inner.doGenerate({
      ...call,
      temperature: call.temperature ?? options.temperature,
      topP: call.topP ?? options.topP,
      // Those in the body already would only give a warning here.
      topK: call.topK ?? (vendor.protocol === "openai-compatible" ? undefined : options.topK),
      seed: call.seed ?? (vendor.name === "mistral" ? undefined : options.seed),
      maxOutputTokens: call.maxOutputTokens ?? options.maxTokens,
      stopSequences: call.stopSequences ?? (options.stopSequences && [...options.stopSequences]),
      frequencyPenalty: call.frequencyPenalty ?? options.frequencyPenalty,
      presencePenalty: call.presencePenalty ?? options.presencePenalty,
      headers: { ...options.headers, ...call.headers },
      providerOptions: mergeByProvider(mergeByProvider(vendor.providerOptions, given), call.providerOptions ?? {}),
    }),
  );
}

/** Options or metadata of providers, put together one by one. */
export function mergeByProvider(
  left: SharedV3ProviderOptions,
  right: SharedV3ProviderOptions,
): SharedV3ProviderOptions {
  const merged: SharedV3ProviderOptions = { ...left };
  for (const [provider, values] of Object.entries(right)) merged[provider] = { ...merged[provider], ...values };
  return merged;
}
