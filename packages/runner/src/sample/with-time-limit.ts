import { timeLimitReached } from "@mlebench/agent-react";

/**
 * Runs work under a signal that is aborted with a LimitReached after so many seconds, so that a solver which does not
 * look at limits itself ends all the same.
 * @param timeSeconds undefined for no limit.
 */
export async function withTimeLimit<T>(
  timeSeconds: number | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeSeconds === undefined) return work(signal);
  const limit = new AbortController();
  const reason = timeLimitReached(timeSeconds);
  // Longest delay that a timer takes; longer limits are as good as none.
  const timer = setTimeout(() => limit.abort(reason), Math.min(timeSeconds * 1000, 2 ** 31 - 1));
  const both = AbortSignal.any([signal, limit.signal]);
  try {
    const gaveUp = new Promise<never>((_, reject) => {
      both.addEventListener("abort", () => {
        // A moment for the solver to end by itself and keep what it has.
        setTimeout(() => reject(both.reason), 5000).unref();
      });
    });
    return await Promise.race([work(both), gaveUp]);
  } finally {
    clearTimeout(timer);
  }
}
