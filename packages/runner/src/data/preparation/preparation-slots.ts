import { Semaphore } from "../../schedule/semaphore.js";

/** Places for preparations: one for each, or all of them for one that needs the machine for itself. */
export class PreparationSlots {
  readonly #places: Semaphore;
  readonly #count: number;
  /** Two that each hold some of all places would wait for each other for ever. */
  readonly #alone = new Semaphore(1);

  constructor(count: number) {
    this.#places = new Semaphore(count);
    this.#count = count;
  }

  /** @returns the function that gives the place back. */
  one(signal?: AbortSignal): Promise<() => void> {
    return this.#places.acquire(signal);
  }

  /** Waits until everybody else has left. @returns the function that gives all places back. */
  async all(signal?: AbortSignal): Promise<() => void> {
    const releases = [await this.#alone.acquire(signal)];
    const leave = (): void => {
      for (const release of releases) release();
    };
    try {
      for (let place = 0; place < this.#count; place += 1) releases.push(await this.#places.acquire(signal));
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }
}
