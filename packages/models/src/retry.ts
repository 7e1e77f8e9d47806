import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { MODEL_CALL_OBSERVER, type ModelCallObserver, type Semaphore, sleep, startDeadline } from "@mlebench/base";
import { ModelError, ModelRequestError, RetriesExhaustedError, WrongApiKeyError } from "./errors.js";
import { AttemptTimeoutError, classifyFailure, type Failure, ProviderFailure } from "./failure.js";
import { wrapLanguageModel } from "./wrap-language-model.js";

/** How often and how long a call is tried again. */
export interface RetryOptions {
  /** Further attempts after the first. @default 12, almost two hours */
  readonly maxRetries?: number;
  /** Further attempts when nobody listens at the address or what comes back is no answer. @default 5, a minute and a half */
  readonly maxUnreachableRetries?: number;
  /** First wait; each further one is twice as long. @default 3 */
  readonly initialWaitSeconds?: number;
  /** Longest wait, also of those that a server asks for. @default 1800 */
  readonly maxWaitSeconds?: number;
  /** Up to this much is added to each wait at random, so that calls do not come back all at once. @default 3 */
  readonly jitterSeconds?: number;
  /** Time for one call with all its retries and waits. @default no limit */
  readonly timeoutSeconds?: number;
  /** Time for one attempt. @default 1800 */
  readonly attemptTimeoutSeconds?: number;
}

/** What retries need to know of their surroundings; tests give another clock. */
export interface RetryContext {
  /** Name in messages. */
  readonly modelId: string;
  /** Where the key comes from, for the hint of a wrong one. */
  readonly keyVariables: readonly string[];
  readonly scrub: (text: string) => string;
  readonly pool?: Semaphore;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default setTimeout */
  readonly sleep?: (seconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** So many times in a row a server's own waiting time is taken as it is. */
const BELIEVED_ATTEMPTS = 4;

/**
 * A model that tries again after rate limits, server errors, timeouts and cut connections, waiting ever longer or as
 * long as the server says. A place in the pool is held only while an attempt is under way.
 */
export function withRetries(inner: LanguageModelV3, options: RetryOptions, context: RetryContext): LanguageModelV3 {
  const { maxRetries = 12, maxUnreachableRetries = 5, attemptTimeoutSeconds = 1800, timeoutSeconds } = options;
  const { random = Math.random, now = Date.now } = context;
  const pause = context.sleep ?? ((seconds, signal) => sleep(seconds * 1000, signal));
  return wrapLanguageModel(inner, async (callOptions) => {
    const observer = observerOf(callOptions);
    const started = now();
    const seconds = () => (now() - started) / 1000;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const left = (timeoutSeconds ?? Number.POSITIVE_INFINITY) - seconds();
        return await runAttempt(inner, callOptions, context.pool, Math.min(attemptTimeoutSeconds, left));
      } catch (error) {
        if (callOptions.abortSignal?.aborted) throw callOptions.abortSignal.reason;
        // What this package throws itself (a script, a replay, a page instead of an answer) is said already.
        const own = ownError(error);
        if (own !== undefined) throw own;
        const failure = classifyFailure(error, now());
        const cause = new ProviderFailure(error, context.scrub);
        const detail = context.scrub(failure.detail);
        if (failure.kind !== "retry") throw finalError(failure, detail, cause, context);
        const most = failure.doubtful ? Math.min(maxUnreachableRetries, maxRetries) : maxRetries;
        const waitSeconds = waitFor(failure, attempt, options, random);
        const late = timeoutSeconds !== undefined && seconds() + waitSeconds > timeoutSeconds;
        if (attempt > most || late) {
          throw new RetriesExhaustedError(context.modelId, attempt, seconds(), detail, cause);
        }
        observer.onRetry({ attempt, waitSeconds, message: detail, status: failure.status });
        const endWait = observer.startWait();
        try {
          await pause(waitSeconds, callOptions.abortSignal);
        } finally {
          endWait();
        }
      }
    }
  });
}

/** An error of this package, also inside of what a provider's package made of it. */
function ownError(error: unknown): ModelError | undefined {
  let current = error;
  for (let depth = 0; depth < 6 && current instanceof Error; depth += 1) {
    if (ModelError.is(current)) return current;
    current = current.cause;
  }
  return undefined;
}

async function runAttempt(
  inner: LanguageModelV3,
  options: LanguageModelV3CallOptions,
  pool: Semaphore | undefined,
  timeoutSeconds: number,
): Promise<LanguageModelV3GenerateResult> {
  const release = await enter(pool, options);
  using timeout = startDeadline(timeoutSeconds * 1000, () => new AttemptTimeoutError(timeoutSeconds));
  const signals = options.abortSignal === undefined ? [timeout.signal] : [timeout.signal, options.abortSignal];
  try {
    return await inner.doGenerate({ ...options, abortSignal: AbortSignal.any(signals) });
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    release();
  }
}

const NOBODY: ModelCallObserver = { onRetry() {}, startWait: () => () => {} };

/** The observer of a call, or one that does nothing. */
function observerOf(options: LanguageModelV3CallOptions): ModelCallObserver {
  return (options as { [MODEL_CALL_OBSERVER]?: ModelCallObserver })[MODEL_CALL_OBSERVER] ?? NOBODY;
}

async function enter(pool: Semaphore | undefined, options: LanguageModelV3CallOptions): Promise<() => void> {
  if (pool === undefined) return () => {};
  let endWait = () => {};
  try {
    return await pool.acquire(options.abortSignal, () => {
      endWait = observerOf(options).startWait();
    });
  } finally {
    endWait();
  }
}

function waitFor(
  failure: Failure & { kind: "retry" },
  attempt: number,
  { initialWaitSeconds = 3, maxWaitSeconds = 1800, jitterSeconds = 3 }: RetryOptions,
  random: () => number,
): number {
  const jitter = random() * jitterSeconds;
  const backoff = initialWaitSeconds * 2 ** (attempt - 1) + jitter;
  if (failure.retryAfterSeconds === undefined) return Math.min(backoff, maxWaitSeconds);
  // A server that names a time knows it: the jitter alone is added, so that not everyone comes back at that moment.
  // One that is wrong again and again is not believed for ever, or a few short waits would use up all attempts.
  const asked = failure.retryAfterSeconds + jitter / 10;
  const floor = attempt > BELIEVED_ATTEMPTS ? initialWaitSeconds * 2 ** (attempt - BELIEVED_ATTEMPTS - 1) : 0;
  return Math.min(Math.max(asked, floor), maxWaitSeconds);
}

function finalError(
  failure: Exclude<Failure, { kind: "retry" }>,
  detail: string,
  cause: ProviderFailure,
  context: RetryContext,
): ModelError {
  if (failure.kind === "key") {
    return new WrongApiKeyError(context.modelId, failure.status, context.keyVariables, detail, cause);
  }
  const hint =
    failure.status === 404
      ? "Check the model's name and the base URL."
      : "The same request would fail again; check the model's name, its options and the account.";
  return new ModelRequestError(context.modelId, failure.status, detail, hint, cause);
}
