import { timeLimitReached } from "@mlebench/agent-react";
import { startDeadline, startTimer } from "@mlebench/base";

/** For the solver to end by itself and keep what it has. */
const GRACE_MILLISECONDS = 5000;

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
  using limit = startDeadline(timeSeconds * 1000, () => timeLimitReached(timeSeconds));
  const both = AbortSignal.any([signal, limit.signal]);
  const gaveUp = new Promise<never>((_, reject) => {
    both.addEventListener("abort", () => {
      startTimer(GRACE_MILLISECONDS, () => reject(both.reason), { unref: true });
    });
  });
  return await Promise.race([work(both), gaveUp]);
}
