import type { LanguageModelV3 } from "@ai-sdk/provider";
import { mergeByProvider } from "../generation-options.js";
import { wrapLanguageModel } from "../wrap-language-model.js";
import { withExchange } from "./exchange.js";
import type { RequestShape } from "./request-shape.js";

/** A model whose calls and results go through a shape; what a call sets itself wins. */
export function shapedModel(inner: LanguageModelV3, shape: RequestShape): LanguageModelV3 {
  const exchanged = withExchange(inner, (result, answer) => shape.finish?.(result, answer) ?? result);
  return wrapLanguageModel(exchanged, async (call) =>
    exchanged.doGenerate({
      ...call,
      maxOutputTokens: call.maxOutputTokens ?? shape.maxTokens,
      providerOptions: mergeByProvider(shape.providerOptions ?? {}, call.providerOptions ?? {}),
    }),
  );
}
