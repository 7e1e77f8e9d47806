import { RandomArgumentError } from "../errors.js";
import { Mt19937 } from "./mt19937.js";
import { drawMasked, range, shuffle } from "./shuffle.js";

/**
 * numpy's legacy generator: `np.random.RandomState(seed)`, or `np.random.seed(seed)` and the functions of the module.
 * Draws are equal to numpy 1.26 bit by bit, so a split made with it is the split numpy makes.
 */
export class RandomState {
  readonly #words: Mt19937;

  /**
   * @param seed whole number in [0, 2^32).
   * @throws RandomArgumentError when the seed is outside of that range.
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RandomArgumentError(`A seed must be a whole number from 0 to 2^32-1, not ${seed}.`);
    }
    this.#words = new Mt19937().seedWithWord(seed);
  }

  /** One double in [0, 1), 53 bits (`random_sample()`). */
  random(): number {
    return this.#words.nextDouble();
  }

  /** One double in [low, high) (`uniform(low, high)`). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.#words.nextDouble();
  }

  /**
   * One whole number in [low, high) as `randint(low, high)` draws it for 64-bit integers; no draw when only one value
   * is possible.
   * @param low, high safe integers, low < high.
   */
  randint(low: number, high: number): number {
    if (!(low < high)) throw new RandomArgumentError(`randint needs low < high, got ${low} and ${high}.`);
    return low + this.#interval(high - 1 - low);
  }

  /** `count` numbers of `randint(low, high)`, in drawing order (`randint(low, high, size=count)`). */
  randints(low: number, high: number, count: number): number[] {
    return Array.from({ length: count }, () => this.randint(low, high));
  }

  /** The numbers 0 to n-1 shuffled (`permutation(n)`). 4 bytes per number. */
  permutation(n: number): Uint32Array {
    const values = range(n);
    this.shuffle(values);
    return values;
  }

  /** Shuffles in place (`shuffle(values)` of a list or a one-dimensional array). */
  shuffle<T>(values: { length: number; [index: number]: T }): void {
    shuffle(values, (max) => drawMasked(this.#words, max));
  }

  /**
   * `choice(n, size, replace)` without weights.
   * @param options.replace `true` draws each number anew; `false` takes the head of a permutation. @default true
   * @throws RandomArgumentError when more numbers are asked for than there are, without replacement.
   */
  choice(n: number, size: number, options: { readonly replace?: boolean } = {}): Uint32Array {
    if (options.replace ?? true) {
      if (n <= 0 && size > 0) throw new RandomArgumentError("choice needs at least one number to choose from.");
      return Uint32Array.from({ length: size }, () => this.#interval(n - 1));
    }
    if (size > n) throw new RandomArgumentError(`choice cannot take ${size} of ${n} without replacement.`);
    return this.permutation(n).slice(0, size);
  }

  /** A whole number in [0, max] by masked rejection: 32-bit draws up to 2^32-1, 64-bit ones above. */
  #interval(max: number): number {
    if (max === 0) return 0;
    if (max <= 0xffffffff) return drawMasked(this.#words, max);
    const highMask = 0xffffffff >>> Math.clz32(Math.floor(max / 4294967296));
    for (;;) {
      const high = (this.#words.nextUint32() & highMask) >>> 0;
      const value = high * 4294967296 + this.#words.nextUint32();
      if (value <= max) return value;
    }
  }
}
