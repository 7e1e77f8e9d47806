import { sleep } from "@mlebench/base";

/** What tells the time and waits. */
export interface BandwidthClock {
  /** Seconds since any fixed moment. */
  seconds(): number;
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: BandwidthClock = {
  seconds: () => performance.now() / 1000,
  sleep: (seconds, signal) => sleep(seconds * 1000, signal),
};

/** Shares a rate between any number of downloads: each pays for its bytes after it got them. */
export class Bandwidth {
  readonly #bytesPerSecond: number;
  readonly #clock: BandwidthClock;
  #paidUntil = 0;

  constructor(bytesPerSecond: number, clock: BandwidthClock = SYSTEM_CLOCK) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
  }

  /** Waits until these bytes are within the rate. */
  async pay(bytes: number, signal?: AbortSignal): Promise<void> {
    const now = this.#clock.seconds();
    this.#paidUntil = Math.max(this.#paidUntil, now) + bytes / this.#bytesPerSecond;
    const wait = this.#paidUntil - now;
    if (wait > 0.005) await this.#clock.sleep(wait, signal);
  }
}
