import { sleep } from "@mlebench/base";
import { KaggleError, NetworkError, RateLimitedError, ServerError, StalledError } from "../errors.js";

/** How often and after which waits a request is tried again. */
export interface RetryPolicy {
  /** Further tries after a failure that may pass: network, stall, 429, 5xx. @default 6 */
  readonly retries?: number;
  /** First pause; doubles with each try, with a random part of up to half. @default 0.5 */
  readonly minDelaySeconds?: number;
  /** @default 60 */
  readonly maxDelaySeconds?: number;
  /** A longer Retry-After than this is not waited for: the error is thrown at once. @default 300 */
  readonly maxRetryAfterSeconds?: number;
  /** Retries of a 429; others count `retries`. @default retries */
  readonly rateLimitRetries?: number;
}

/** A try that failed and the wait before the next. */
export interface RetryAttempt {
  /** 1 for the first repetition. */
  readonly attempt: number;
  readonly delaySeconds: number;
  readonly error: KaggleError;
}

/** Seconds to wait before repetition `attempt` (from 1), or undefined when the error is final or the tries are used up. */
export function retryDelay(error: unknown, attempt: number, policy: RetryPolicy = {}): number | undefined {
  if (!mayPass(error)) return undefined;
  const retries = policy.retries ?? 6;
  const limit = RateLimitedError.is(error) ? (policy.rateLimitRetries ?? retries) : retries;
  if (attempt > limit) return undefined;
  const asked = RateLimitedError.is(error) || ServerError.is(error) ? error.retryAfterSeconds : undefined;
  if (asked !== undefined && asked > (policy.maxRetryAfterSeconds ?? 300)) return undefined;
  const exponential = (policy.minDelaySeconds ?? 0.5) * 2 ** (attempt - 1);
  const backoff = Math.min(exponential, policy.maxDelaySeconds ?? 60) * (0.5 + Math.random() / 2);
  return Math.max(backoff, asked ?? 0);
}

/** Runs `action` until it succeeds, fails for good or the tries are used up. */
export async function withRetry<T>(
  action: () => Promise<T>,
  options: { policy?: RetryPolicy; signal?: AbortSignal; onRetry?: (attempt: RetryAttempt) => void },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      options.signal?.throwIfAborted();
      const delaySeconds = retryDelay(error, attempt, options.policy);
      if (delaySeconds === undefined || !KaggleError.is(error)) throw error;
      options.onRetry?.({ attempt, delaySeconds, error });
      await sleep(delaySeconds * 1000, options.signal);
    }
  }
}

function mayPass(error: unknown): boolean {
  return (
    NetworkError.is(error) ||
    StalledError.is(error) ||
    RateLimitedError.is(error) ||
    (ServerError.is(error) && error.status !== 501)
  );
}
