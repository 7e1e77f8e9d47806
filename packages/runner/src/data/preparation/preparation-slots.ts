import { Semaphore } from "@mlebench/base";
import { isOutOfMemory } from "./bounded-preparation.js";

/** Places for preparations: one for each, or all of them for one that needs the machine for itself. */
export class PreparationSlots {
  readonly #places: Semaphore;
  /** Two that each hold some of all places would wait for each other for ever. */
  readonly #alone = new Semaphore(1);

  constructor(count: number) {
    this.#places = new Semaphore(count);
  }

  /** Waits for a place. */
  one(signal?: AbortSignal): Promise<PreparationSlot> {
    return PreparationSlot.take(() => this.#places.acquire(signal));
  }

  /** Waits until everybody else has left. */
  all(signal?: AbortSignal): Promise<PreparationSlot> {
    return PreparationSlot.take(() => this.#acquireAll(signal));
  }

  async #acquireAll(signal: AbortSignal | undefined): Promise<() => void> {
    const releases = [await this.#alone.acquire(signal)];
    const leave = (): void => {
      for (const release of releases) release();
    };
    try {
      for (let place = 0; place < this.#places.limit; place += 1) releases.push(await this.#places.acquire(signal));
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }
}

/** What a preparation holds until it is disposed of. */
export class PreparationSlot implements Disposable {
  readonly #acquire: () => Promise<() => void>;
  #leave: () => void;
  #isOver = false;

  private constructor(acquire: () => Promise<() => void>, leave: () => void) {
    this.#acquire = acquire;
    this.#leave = leave;
  }

  static async take(acquire: () => Promise<() => void>): Promise<PreparationSlot> {
    return new PreparationSlot(acquire, await acquire());
  }

  /** Lets others have it during work that needs no core, such as a download, and waits for it again. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#leave();
    const result = await work();
    const leave = await this.#acquire();
    // The preparation may have ended before what was done for it.
    if (this.#isOver) leave();
    else this.#leave = leave;
    return result;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#leave();
  }
}

interface WithinMemoryOptions {
  /** For a preparation among others. */
  readonly shareMiB: number;
  /** For one that runs alone. */
  readonly wholeMiB: number;
  /** Called before the second try. */
  readonly onRetry: () => void;
  readonly signal?: AbortSignal;
}

/** Tries with a share of the memory, and where that is too little again with all of it, when nobody else needs any. */
export async function withinMemory<T>(
  slots: PreparationSlots,
  attempt: (slot: PreparationSlot, memoryMiB: number) => Promise<T>,
  { shareMiB, wholeMiB, onRetry, signal }: WithinMemoryOptions,
): Promise<T> {
  try {
    using slot = await slots.one(signal);
    return await attempt(slot, shareMiB);
  } catch (error) {
    if (!isOutOfMemory(error) || shareMiB >= wholeMiB) throw error;
  }
  onRetry();
  using slot = await slots.all(signal);
  return await attempt(slot, wholeMiB);
}
