/** Lets a limited number of calls through at a time, first come first served. */
export class ConnectionPool {
  readonly #max: number;
  readonly #waiting: Array<() => void> = [];
  #open = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the next call would have to wait. */
  get full(): boolean {
    return this.#open >= this.#max;
  }

  /**
   * Waits for a place; the returned function gives it back.
   * @throws the signal's reason when it is aborted first.
   */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.full) await this.#turn(signal);
    else this.#open += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#open -= 1;
      else next();
    };
  }

  /** Resolves when a leaving call hands over its place. */
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

const pools = new Map<string, ConnectionPool>();

/** The pool of a key with this size; the same key and size give the same pool, so that all samples of a run share it. */
export function sharedConnectionPool(key: string, max: number): ConnectionPool {
  const name = `${max} ${key}`;
  const pool = pools.get(name) ?? new ConnectionPool(max);
  pools.set(name, pool);
  return pool;
}
