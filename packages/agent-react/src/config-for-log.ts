/** Options of a generation that every AI SDK model takes. */
export interface GenerateConfig {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  /** Most tokens of one answer. */
  readonly maxTokens?: number;
  readonly seed?: number;
  readonly stopSequences?: readonly string[];
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  /** The AI SDK's `providerOptions`: JSON per provider name. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The options under the names of Inspect's log; headers are left out because they may hold secrets. */
export function configForLog(config: GenerateConfig): Record<string, unknown> {
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
