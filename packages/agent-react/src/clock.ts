import { startTimer } from "@mlebench/base";

/** Time as the loop sees it; tests put their own in. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Wall-clock time for what is written down. */
  date(): Date;
  /** Runs `callback` once after `milliseconds`; the returned function forgets it. */
  schedule(callback: () => void, milliseconds: number): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  schedule: (callback, milliseconds) => startTimer(milliseconds, callback),
};
