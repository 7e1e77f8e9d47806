/** Lets so many through at a time; the others wait in the order of their coming. */
export class Limiter {
  readonly limit: number;
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`a limit of ${limit} lets nobody through`);
    this.limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Waits for a slot.
   * @param onWait called once when there is none yet.
   * @returns what gives the slot back; calling it again does nothing.
   */
  async acquire(signal?: AbortSignal, onWait?: () => void): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#running >= this.limit) {
      onWait?.();
      await this.#turn(signal);
    } else {
      this.#running += 1;
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#queue.shift();
      // The slot goes straight to the next in line, so that nobody can overtake.
      if (next === undefined) this.#running -= 1;
      else next();
    };
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(go), 1);
        reject(signal?.reason);
      };
      this.#queue.push(go);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }
}
