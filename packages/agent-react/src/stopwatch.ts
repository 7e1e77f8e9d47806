import type { Clock } from "./clock.js";

/**
 * Tells working time from waiting: time passes as work unless at least one wait is under way.
 * Waits may overlap (parallel tools in one queue); the overlap counts once.
 */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #started: number;
  #waits = 0;
  #waitingSince = 0;
  #waitedMilliseconds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#started = clock.now();
  }

  elapsedSeconds(): number {
    return (this.#clock.now() - this.#started) / 1000;
  }

  workingSeconds(): number {
    const current = this.#waits > 0 ? this.#clock.now() - this.#waitingSince : 0;
    return Math.max(0, this.elapsedSeconds() - (this.#waitedMilliseconds + current) / 1000);
  }

  /** Begins a wait; the returned function ends it, once. */
  startWait(): () => void {
    if (this.#waits === 0) this.#waitingSince = this.#clock.now();
    this.#waits += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#waits -= 1;
      if (this.#waits === 0) this.#waitedMilliseconds += this.#clock.now() - this.#waitingSince;
    };
  }

  /** Counts a wait that was only reported after it was over. */
  addWaited(seconds: number): void {
    this.#waitedMilliseconds += seconds * 1000;
  }
}
