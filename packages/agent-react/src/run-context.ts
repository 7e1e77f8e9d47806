import type { Clock } from "./clock.js";
import type { ReactEventBody } from "./events.js";
import type { Stopwatch } from "./stopwatch.js";

/** What all parts of one run share. */
export interface RunContext {
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  /** Aborted by the caller or by a time limit. */
  readonly signal: AbortSignal;
  readonly newId: () => string;
  /** Tools at work; a cancelled one may need a moment to end its command. */
  readonly pending: Set<Promise<unknown>>;
  /** Reports an event, stamped with its id and times. */
  emit(event: ReactEventBody): void;
}

/** Waits until cancelled tools have come to an end, but no longer than this. */
export async function settle(run: RunContext, seconds: number): Promise<void> {
  if (run.pending.size === 0 || seconds === 0) return;
  let cancel: () => void = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = run.clock.schedule(resolve, seconds * 1000);
  });
  await Promise.race([Promise.allSettled(run.pending), late]);
  cancel();
}

/** Times of one piece of work, for the log. */
export interface Timing {
  readonly startedAt: string;
  readonly completedAt: string;
  /** Seconds by the clock, waits included. */
  readonly seconds: number;
  readonly workingSeconds: number;
}

/** Starts a measurement; the returned function takes it. */
export function measure({ clock, stopwatch }: Pick<RunContext, "clock" | "stopwatch">): () => Timing {
  const startedAt = clock.date().toISOString();
  const start = clock.now();
  const working = stopwatch.workingSeconds();
  return () => ({
    startedAt,
    completedAt: clock.date().toISOString(),
    seconds: (clock.now() - start) / 1000,
    workingSeconds: stopwatch.workingSeconds() - working,
  });
}
