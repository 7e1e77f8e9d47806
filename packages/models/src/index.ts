export type { GenerationOptions, ModelCallObserver } from "@mlebench/base";
export { MODEL_CALL_OBSERVER } from "@mlebench/base";
export { withStreaming } from "./collect-stream.js";
export {
  MissingApiKeyError,
  MissingBaseUrlError,
  MissingProviderPackageError,
  ModelAnswerTooLargeError,
  ModelError,
  ModelOptionsError,
  ModelRequestError,
  ModelScriptError,
  NotAModelServerError,
  ReplayMismatchError,
  RetriesExhaustedError,
  UnknownModelProviderError,
  WrongApiKeyError,
} from "./errors.js";
export { loadMockScript, registerMockScript } from "./mock/load-mock-script.js";
export { mockModel } from "./mock/mock-model.js";
export type { MockContext, MockFunction, MockScript, MockScriptInput, MockTurn } from "./mock/mock-script.js";
export { parseMockScript } from "./mock/mock-script.js";
export type { ModelArgs } from "./model-args.js";
export { identifyModel, type ModelIdentity } from "./model-identity.js";
export type { Price, PricedUsage, Prices } from "./prices.js";
export { costAt, findPrice, LIST_PRICES, PRICES_AS_OF, priceOf, readPrices } from "./prices.js";
export { type ProviderVariables, providerVariables } from "./providers/provider-variables.js";
export { vendorNames } from "./providers/vendors.js";
export { recordModel } from "./replay/record-model.js";
export { replayModel } from "./replay/replay-model.js";
export type { ResolvedModel, ResolveModelOptions } from "./resolve-model.js";
export { resolveModel } from "./resolve-model.js";
export type { RetryContext, RetryOptions } from "./retry.js";
export { withRetries } from "./retry.js";
export { sharedConnectionPool } from "./shared-connection-pool.js";
