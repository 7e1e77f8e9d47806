import type { GenerationOptions } from "@mlebench/base";

/** The options under the names of Inspect's log; headers are left out because they may hold secrets. */
export function configForLog(config: GenerationOptions): Record<string, unknown> {
  const named = {
    temperature: config.temperature,
    top_p: config.topP,
    top_k: config.topK,
    max_tokens: config.maxTokens,
    seed: config.seed,
    stop_seqs: config.stopSequences,
    frequency_penalty: config.frequencyPenalty,
    presence_penalty: config.presencePenalty,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
