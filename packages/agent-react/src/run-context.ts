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
  emit(event: ReactEventBody): void;
}

/** The `emit` of a run: stamps each event with its id and times. */
export function emitter(
  clock: Clock,
  stopwatch: Stopwatch,
  newId: () => string,
  onEvent: ((event: ReactEvent) => void) | undefined,
): RunContext["emit"] {
  if (onEvent === undefined) return () => {};
  return (event) =>
    onEvent({
      id: newId(),
      timestamp: clock.date().toISOString(),
      workingStart: stopwatch.workingSeconds(),
      ...event,
    });
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
