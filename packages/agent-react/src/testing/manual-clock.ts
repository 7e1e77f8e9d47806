import type { Clock } from "../clock.js";

/** A clock that stands until a test moves it. */
export interface ManualClock extends Clock {
  /** Lets time pass: timers that come due fire in order. */
  advance(seconds: number): void;
}

/** A clock that stands still until it is told to move. Starts at 2026-01-01T00:00:00Z. */
export function manualClock(): ManualClock {
  const origin = Date.UTC(2026, 0, 1);
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    date: () => new Date(origin + now),
    schedule(callback, milliseconds) {
      const timer = { at: now + milliseconds, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(seconds) {
      const end = now + seconds * 1000;
      for (;;) {
        const [due] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.callback();
      }
      now = end;
    },
  };
}
