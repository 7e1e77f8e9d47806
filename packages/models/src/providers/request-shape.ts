import type {
  LanguageModelV3CallOptions,
  LanguageModelV3GenerateResult,
  SharedV3ProviderOptions,
} from "@ai-sdk/provider";
import type { Answer, WireBody } from "./exchange.js";

/** What is sent, before it is. */
export interface WireRequest {
  readonly body: WireBody;
  readonly headers: Headers;
}

/**
 * What a protocol and a vendor make of requests beyond the AI SDK's own names, so that they are those of Inspect's
 * provider for the same options.
 */
export interface RequestShape {
  readonly providerOptions?: SharedV3ProviderOptions;
  /** Merged over the JSON of every request. */
  readonly body?: WireBody;
  /** Most tokens of an answer where nothing else is asked for. */
  readonly maxTokens?: number;
  /** Changes a request where the AI SDK cannot be told so. */
  readonly revise?: (request: WireRequest, call: LanguageModelV3CallOptions) => WireRequest;
  /** Completes a result with what the answer holds besides the AI SDK's parts. */
  readonly finish?: (result: LanguageModelV3GenerateResult, answer: Answer) => LanguageModelV3GenerateResult;
}
