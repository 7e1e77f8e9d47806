import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { MODEL_CALL_OBSERVER, type ModelCallObserver } from "@mlebench/base";

const NOBODY: ModelCallObserver = { onRetry() {}, startWait: () => () => {} };

/** The observer of a call, or one that does nothing. */
export function observerOf(options: LanguageModelV3CallOptions): ModelCallObserver {
  const observer = (options as { [MODEL_CALL_OBSERVER]?: ModelCallObserver })[MODEL_CALL_OBSERVER];
  return observer ?? NOBODY;
}
