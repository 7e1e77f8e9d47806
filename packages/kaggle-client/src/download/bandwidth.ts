import { sleep } from "../http/sleep.js";

/** Shares a rate between any number of downloads: each pays for its bytes after it got them. */
export class Bandwidth {
  readonly #bytesPerSecond: number;
  #paidUntil = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Waits until these bytes are within the rate. */
  async pay(bytes: number, signal?: AbortSignal): Promise<void> {
    const now = performance.now() / 1000;
    this.#paidUntil = Math.max(this.#paidUntil, now) + bytes / this.#bytesPerSecond;
    const wait = this.#paidUntil - now;
    if (wait > 0.005) await sleep(wait, signal);
  }
}
