import { join } from "node:path";
import type { LanguageModelV3 } from "@ai-sdk/provider";
import { writeAtomically } from "@mlebench/base";
import { wrapLanguageModel } from "../wrap-language-model.js";
import { requestKey, requestOf } from "./request-key.js";

/** Says which model was recorded, so that a replay presents itself as the same one. */
export const MODEL_FILE = "model.json";

/**
 * A model that writes every answer, with its request, to a file in `directory`. The same request several times gives
 * several files. Keys are never part of a request.
 */
export function recordModel(inner: LanguageModelV3, options: { readonly directory: string }): LanguageModelV3 {
  const seen = new Map<string, number>();
  const { directory } = options;
  return wrapLanguageModel(inner, async (callOptions) => {
    const result = await inner.doGenerate(callOptions);
    const request = requestOf(callOptions);
    const key = requestKey(request);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    const { content, finishReason, usage, providerMetadata } = result;
    await writeJson(join(directory, MODEL_FILE), { provider: inner.provider, modelId: inner.modelId });
    await writeJson(join(directory, `${key}-${occurrence}.json`), {
      request,
      response: { content, finishReason, usage, providerMetadata },
    });
    return result;
  });
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(value, undefined, 1)}\n`);
}
