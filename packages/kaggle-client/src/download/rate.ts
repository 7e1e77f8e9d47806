const WINDOW_SECONDS = 10;

/** Bytes per second over the last seconds, so that a pause or a burst is soon forgotten. */
export class RateMeter {
  readonly #samples: { readonly seconds: number; readonly bytes: number }[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now() / 1000) {
    this.#now = now;
  }

  /** @param bytes the number so far. */
  record(bytes: number): void {
    const seconds = this.#now();
    this.#samples.push({ seconds, bytes });
    while (this.#samples.length > 2 && seconds - (this.#samples[0]?.seconds ?? 0) > WINDOW_SECONDS)
      this.#samples.shift();
  }

  /** Undefined until there is something to measure. */
  bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.seconds <= first.seconds) return undefined;
    return Math.max(0, last.bytes - first.bytes) / (last.seconds - first.seconds);
  }
}
