/**
 * Who hears about the retries and waits of one model call. The ReAct loop puts one on the call options under
 * {@link MODEL_CALL_OBSERVER}, to report retries and to keep waits out of working time; the models of `@mlebench/models`
 * report to it, and models that know nothing of it ignore it.
 */
export interface ModelCallObserver {
  onRetry(retry: {
    readonly attempt: number;
    readonly waitSeconds: number;
    readonly message: string;
    /** The HTTP status of the failed attempt. */
    readonly status?: number;
  }): void;
  /** Begins a wait (for a rate limit or a connection) that is not working time; the returned function ends it. */
  startWait(): () => void;
}

/** The key on a call's options under which its {@link ModelCallObserver} stands. */
export const MODEL_CALL_OBSERVER: unique symbol = Symbol.for("mlebench.model-call-observer");
