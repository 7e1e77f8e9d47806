import type { Clock } from "./clock.js";
import type { ReactEvent, ReactEventBody } from "./events.js";
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
  emit(event: ReactEventBody): void;
}

/**
 * The `emit` of a run: stamps each event with its id and times.
 * @param ended says that the run is over; what a tool that was given up does afterwards is no part of it.
 */
export function emitter(
  clock: Clock,
  stopwatch: Stopwatch,
  newId: () => string,
  onEvent: ((event: ReactEvent) => void) | undefined,
  ended: () => boolean,
): RunContext["emit"] {
  return (event) => {
    if (onEvent === undefined || ended()) return;
    onEvent({
      id: newId(),
      timestamp: clock.date().toISOString(),
      workingStart: stopwatch.workingSeconds(),
      ...event,
    });
  };
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
