import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3GenerateResult } from "@ai-sdk/provider";
import { observerOf } from "./call-observer.js";
import type { ConnectionPool } from "./connection-pool.js";
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
  readonly pool?: ConnectionPool;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default setTimeout */
  readonly sleep?: (seconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** setTimeout fires at once above this many milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;
/** So many times in a row a server's own waiting time is taken as it is. */
const BELIEVED_ATTEMPTS = 4;

const DEFAULTS = {
  maxRetries: 12,
  maxUnreachableRetries: 5,
  initialWaitSeconds: 3,
  maxWaitSeconds: 1800,
  jitterSeconds: 3,
  attemptTimeoutSeconds: 1800,
};

/**
 * A model that tries again after rate limits, server errors, timeouts and cut connections, waiting ever longer or as
 * long as the server says. A place in the pool is held only while an attempt is under way.
 */
export function withRetries(inner: LanguageModelV3, options: RetryOptions, context: RetryContext): LanguageModelV3 {
  const settings = { ...DEFAULTS, ...withoutUndefined(options) };
  const { random = Math.random, sleep = pause, now = Date.now } = context;
  return wrapLanguageModel(inner, async (callOptions) => {
    const observer = observerOf(callOptions);
    const started = now();
    const seconds = () => (now() - started) / 1000;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const left = (settings.timeoutSeconds ?? Number.POSITIVE_INFINITY) - seconds();
        return await runAttempt(inner, callOptions, context.pool, Math.min(settings.attemptTimeoutSeconds, left));
      } catch (error) {
        if (callOptions.abortSignal?.aborted) throw callOptions.abortSignal.reason;
        // What this package throws itself (a script, a replay) is said already.
        if (ModelError.is(error)) throw error;
        const failure = classifyFailure(error, now());
        const cause = new ProviderFailure(error, context.scrub);
        const detail = context.scrub(failure.detail);
        if (failure.kind !== "retry") throw finalError(failure, detail, cause, context);
        const most = failure.doubtful ? settings.maxUnreachableRetries : settings.maxRetries;
        const waitSeconds = waitFor(failure, attempt, settings, random);
        const late = settings.timeoutSeconds !== undefined && seconds() + waitSeconds > settings.timeoutSeconds;
        if (attempt > Math.min(most, settings.maxRetries) || late) {
          throw new RetriesExhaustedError(context.modelId, attempt, seconds(), detail, cause);
        }
        observer.onRetry({
          attempt,
          waitSeconds,
          message: detail,
          ...(failure.status === undefined ? {} : { status: failure.status }),
        });
        const endWait = observer.startWait();
        try {
          await sleep(waitSeconds, callOptions.abortSignal);
        } finally {
          endWait();
        }
      }
    }
  });
}

async function runAttempt(
  inner: LanguageModelV3,
  options: LanguageModelV3CallOptions,
  pool: ConnectionPool | undefined,
  timeoutSeconds: number,
): Promise<LanguageModelV3GenerateResult> {
  const release = await enter(pool, options);
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new AttemptTimeoutError(timeoutSeconds)),
    Math.min(timeoutSeconds * 1000, LONGEST_TIMEOUT),
  );
  const signals = options.abortSignal === undefined ? [timeout.signal] : [timeout.signal, options.abortSignal];
  try {
    return await inner.doGenerate({ ...options, abortSignal: AbortSignal.any(signals) });
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    clearTimeout(timer);
    release();
  }
}

async function enter(pool: ConnectionPool | undefined, options: LanguageModelV3CallOptions): Promise<() => void> {
  if (pool === undefined) return () => {};
  if (!pool.full) return pool.acquire(options.abortSignal);
  const endWait = observerOf(options).startWait();
  try {
    return await pool.acquire(options.abortSignal);
  } finally {
    endWait();
  }
}

function waitFor(
  failure: Failure & { kind: "retry" },
  attempt: number,
  settings: { initialWaitSeconds: number; maxWaitSeconds: number; jitterSeconds: number },
  random: () => number,
): number {
  const jitter = random() * settings.jitterSeconds;
  const backoff = settings.initialWaitSeconds * 2 ** (attempt - 1) + jitter;
  if (failure.retryAfterSeconds === undefined) return Math.min(backoff, settings.maxWaitSeconds);
  // A server that names a time knows it: the jitter alone is added, so that not everyone comes back at that moment.
  // One that is wrong again and again is not believed for ever, or a few short waits would use up all attempts.
  const asked = failure.retryAfterSeconds + jitter / 10;
  const floor = attempt > BELIEVED_ATTEMPTS ? settings.initialWaitSeconds * 2 ** (attempt - BELIEVED_ATTEMPTS - 1) : 0;
  return Math.min(Math.max(asked, floor), settings.maxWaitSeconds);
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

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
