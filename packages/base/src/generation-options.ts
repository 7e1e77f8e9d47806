/**
 * Options of every generation of a model. Each is the provider's own default when absent. What has no name in the AI
 * SDK (`reasoningEffort`, `reasoningTokens`, `reasoningSummary`, `parallelToolCalls`, `extraBody`) needs a model of `@mlebench/models`.
 */
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
  /** How hard to think: none, minimal, low, medium, high, xhigh, max, as far as the model knows the word. */
  readonly reasoningEffort?: string;
  /** Most tokens of thinking, for models that take a number. */
  readonly reasoningTokens?: number;
  /** Summaries of thinking: none, concise, detailed, auto. @default "auto" where a model has them */
  readonly reasoningSummary?: string;
  /** Which thinking goes back to the model: none, all, last, auto. @default "auto", all of it */
  readonly reasoningHistory?: string;
  /** Ask for the prompt to be cached where that must be asked for (Anthropic). Changes cost, not content. @default true */
  readonly cachePrompt?: boolean;
  /** A system message before that of the agent. */
  readonly systemMessage?: string;
  /** Whether one answer may call several tools. */
  readonly parallelToolCalls?: boolean;
  /** The AI SDK's `providerOptions`: JSON per provider name, passed on as it is. */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Merged over the JSON body of every request, for what has no name here. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /** HTTP headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}
