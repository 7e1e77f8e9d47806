import type { LanguageModelV3, SharedV3ProviderOptions } from "@ai-sdk/provider";
import type { GenerationOptions } from "@mlebench/base";
import { unsentWarnings } from "./unsent-options.js";
import { wrapLanguageModel } from "./wrap-language-model.js";

/**
 * A model with these options on every call; what a call sets itself wins. An option that was not sent, because the model
 * does not take it, is a warning of the result.
 */
export function withGenerationOptions(inner: LanguageModelV3, options: GenerationOptions): LanguageModelV3 {
  const given = (options.providerOptions ?? {}) as SharedV3ProviderOptions;
  return wrapLanguageModel(inner, async (call) => {
    const stopSequences = call.stopSequences ?? (options.stopSequences && [...options.stopSequences]);
    const common = {
      temperature: call.temperature ?? options.temperature,
      topP: call.topP ?? options.topP,
      topK: call.topK ?? options.topK,
      seed: call.seed ?? options.seed,
      stopSequences,
      frequencyPenalty: call.frequencyPenalty ?? options.frequencyPenalty,
      presencePenalty: call.presencePenalty ?? options.presencePenalty,
    };
    const maxTokens = call.maxOutputTokens ?? options.maxTokens;
    const result = await inner.doGenerate({
      ...call,
      ...common,
      maxOutputTokens: maxTokens,
      headers: { ...options.headers, ...call.headers },
      providerOptions: mergeByProvider(given, call.providerOptions ?? {}),
    });
    const asked = { ...options, ...common, maxTokens };
    return { ...result, warnings: unsentWarnings(asked, result, inner.modelId) };
  });
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
