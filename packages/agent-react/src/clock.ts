/** Time as the loop sees it; tests put their own in. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Wall-clock time for what is written down. */
  date(): Date;
  /** Runs `callback` once after `milliseconds`; the returned function forgets it. */
  schedule(callback: () => void, milliseconds: number): () => void;
}

/** setTimeout fires at once above this many milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  schedule(callback, milliseconds) {
    const deadline = performance.now() + milliseconds;
    let timer: ReturnType<typeof setTimeout>;
    const arm = () => {
      const remaining = deadline - performance.now();
      timer = setTimeout(
        () => (remaining > LONGEST_TIMEOUT ? arm() : callback()),
        Math.min(Math.max(0, remaining), LONGEST_TIMEOUT),
      );
    };
    arm();
    return () => clearTimeout(timer);
  },
};
