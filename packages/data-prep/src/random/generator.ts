import { RandomArgumentError } from "../errors.js";
import { Pcg64 } from "./pcg64.js";
import { seedSequence } from "./seed-sequence.js";
import { drawMasked, range, shuffle } from "./shuffle.js";

/**
 * numpy's newer generator, `np.random.default_rng(seed)`: SeedSequence, PCG64, bounded integers by Lemire's method.
 * Every method draws otherwise than {@link RandomState}'s of the same name.
 */
export class Generator {
  readonly #words: Pcg64;

  /** @param seed a whole number, at least 0, of any size. */
  constructor(seed: number | bigint) {
    if (seed < 0 || (typeof seed === "number" && !Number.isInteger(seed))) {
      throw new RandomArgumentError(`A seed must be a whole number of at least 0, not ${seed}.`);
    }
    this.#words = new Pcg64(seedSequence(BigInt(seed), 8));
  }

  /** One double in [0, 1), 53 bits. */
  random(): number {
    return this.#words.nextDouble();
  }

  /** One double in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.#words.nextDouble();
  }

  /** One whole number in [low, high); no draw when only one value is possible. */
  integer(low: number, high: number): number {
    if (!(low < high)) throw new RandomArgumentError(`integers needs low < high, got ${low} and ${high}.`);
    return low + this.#bounded(high - 1 - low);
  }

  /** `count` whole numbers in [low, high), in drawing order (`integers(low, high, size=count)`). */
  integers(low: number, high: number, count: number): number[] {
    return Array.from({ length: count }, () => this.integer(low, high));
  }

  /** The numbers 0 to n-1 shuffled. */
  permutation(n: number): Uint32Array {
    const values = range(n);
    this.shuffle(values);
    return values;
  }

  /** Shuffles in place; unlike the integers, by masked rejection, as the legacy generator does. */
  shuffle<T>(values: { length: number; [index: number]: T }): void {
    shuffle(values, (max) => drawMasked(this.#words, max));
  }

  /**
   * `choice(n, size, replace)` without weights.
   * @param options.replace @default true
   * @throws RandomArgumentError when more numbers are asked for than there are, without replacement.
   */
  choice(n: number, size: number, options: { readonly replace?: boolean } = {}): Uint32Array {
    if (options.replace ?? true) return Uint32Array.from(this.integers(0, n, size));
    if (size > n) throw new RandomArgumentError(`choice cannot take ${size} of ${n} without replacement.`);
    // numpy's own rule: shuffle the tail when the share is large, else Floyd's set method.
    return n > 10000 && size > Math.floor(n / 50) ? this.#tailShuffle(n, size) : this.#floyd(n, size);
  }

  /**
   * One index by weight, `choice(len(weights), p=weights)` with or without replacement: one double, then the first
   * place in the running sums above it.
   * @param weights at least 0; they are divided by their sum.
   */
  weightedIndex(weights: readonly number[]): number {
    let total = 0;
    const sums = weights.map((weight) => {
      total += weight;
      return total;
    });
    if (!(total > 0)) throw new RandomArgumentError("Weights must have a positive sum.");
    const drawn = this.#words.nextDouble();
    const index = sums.findIndex((sum) => sum / total > drawn);
    return index === -1 ? weights.length - 1 : index;
  }

  #tailShuffle(n: number, size: number): Uint32Array {
    const values = range(n);
    shuffle(values, (max) => this.#bounded(max), Math.max(n - size, 1));
    return values.slice(n - size);
  }

  #floyd(n: number, size: number): Uint32Array {
    const seen = new Set<number>();
    const values = new Uint32Array(size);
    for (let last = n - size; last < n; last++) {
      const drawn = this.#bounded(last);
      const value = seen.has(drawn) ? last : drawn;
      seen.add(value);
      values[last - (n - size)] = value;
    }
    shuffle(values, (max) => this.#bounded(max));
    return values;
  }

  /** A whole number in [0, max] by Lemire's multiplication, in 32 bits when the range fits. */
  #bounded(max: number): number {
    if (max === 0) return 0;
    if (max === 0xffffffff) return this.#words.nextUint32();
    const count = BigInt(max) + 1n;
    const bits = max < 0xffffffff ? 32n : 64n;
    const lowMask = (1n << bits) - 1n;
    const draw = () => (bits === 32n ? BigInt(this.#words.nextUint32()) : this.#words.nextUint64()) * count;
    let product = draw();
    if ((product & lowMask) < count) {
      const threshold = (lowMask + 1n - count) % count;
      while ((product & lowMask) < threshold) product = draw();
    }
    return Number(product >> bits);
  }
}
