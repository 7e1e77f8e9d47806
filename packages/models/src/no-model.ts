import type { LanguageModelV3 } from "@ai-sdk/provider";
import { ModelOptionsError } from "./errors.js";

/** The model of a run whose solver brings its own: nothing may be asked of it. */
export function noModel(name: string): LanguageModelV3 {
  const refuse = async (): Promise<never> => {
    throw new ModelOptionsError(
      "The run has no model, but one was asked for an answer.",
      "Give one with --model, or let the solver use its own.",
    );
  };
  return {
    specificationVersion: "v3",
    provider: "none",
    modelId: name,
    supportedUrls: {},
    doGenerate: refuse,
    doStream: refuse,
  };
}
