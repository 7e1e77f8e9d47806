/** Lets at most `limit` holders in at once, first come first served. */
export class Semaphore {
  readonly limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param limit a positive integer, or Infinity for no limit. */
  constructor(limit: number) {
    if (!(limit >= 1) || (limit !== Number.POSITIVE_INFINITY && !Number.isInteger(limit))) {
      throw new RangeError(`a semaphore needs a positive integer as its limit, not ${limit}`);
    }
    this.limit = limit;
  }

  /** How many places are taken. */
  get running(): number {
    return this.#running;
  }

  /** Whether the next one would have to wait. */
  get full(): boolean {
    return this.#running >= this.limit;
  }

  /**
   * Takes a place.
   * @param onWait called once when there is none yet.
   * @returns the function that gives the place back; calling it again does nothing.
   * @throws the signal's reason when it is aborted first.
   */
  async acquire(signal?: AbortSignal, onWait?: () => void): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.full) {
      onWait?.();
      await this.#turn(signal);
    } else {
      this.#running += 1;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.#waiting.shift();
      // The place goes straight to the next in line, so that nobody can overtake.
      if (next === undefined) this.#running -= 1;
      else next();
    };
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      this.#waiting.push(enter);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}
