import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";

type Generate = (options: LanguageModelV3CallOptions) => Promise<LanguageModelV3GenerateResult>;

/** A model like `inner` whose generations go through `generate`. Its stream stays the inner one's. */
export function wrapLanguageModel(inner: LanguageModelV3, generate: Generate): LanguageModelV3 {
  return {
    specificationVersion: "v3",
    provider: inner.provider,
    modelId: inner.modelId,
    supportedUrls: inner.supportedUrls,
    doGenerate: generate,
    doStream: (options) => inner.doStream(options),
  };
}
