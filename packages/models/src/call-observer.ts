import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";

/**
 * Who wants to hear about the retries and waits of one call. Put on the call options under `MODEL_CALL_OBSERVER`;
 * @mlebench/agent-react does so, to report retries and to keep waits out of working time.
 */
export interface ModelCallObserver {
  onRetry(retry: { attempt: number; waitSeconds: number; message: string; status?: number }): void;
  /** Begins a wait (for a rate limit or a connection); the returned function ends it. */
  startWait(): () => void;
}

/** The key on a call's options under which its {@link ModelCallObserver} stands. */
export const MODEL_CALL_OBSERVER: unique symbol = Symbol.for("mlebench.model-call-observer") as never;

const NOBODY: ModelCallObserver = { onRetry() {}, startWait: () => () => {} };

/** The observer of a call, or one that does nothing. */
export function observerOf(options: LanguageModelV3CallOptions): ModelCallObserver {
  const observer = (options as { [MODEL_CALL_OBSERVER]?: ModelCallObserver })[MODEL_CALL_OBSERVER];
  return observer ?? NOBODY;
}
