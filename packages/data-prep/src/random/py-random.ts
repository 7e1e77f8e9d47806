import { createHash } from "node:crypto";
import { RandomArgumentError } from "../errors.js";
import { Mt19937 } from "./mt19937.js";
import { toWords } from "./seed-sequence.js";
import { shuffle } from "./shuffle.js";

/** Python's `random.Random(seed)`, or `random.seed(seed)` and the functions of the module (Python 3.11). */
export class PyRandom {
  readonly #words: Mt19937;

  /** @param seed a whole number of any size (its sign does not matter) or a text. */
  constructor(seed: number | bigint | string) {
    this.#words = new Mt19937().seedWithWords(seedWords(seed));
  }

  /** One double in [0, 1), 53 bits. */
  random(): number {
    return this.#words.nextDouble();
  }

  /** One double between low and high. */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.#words.nextDouble();
  }

  /** One whole number from low to high, both possible. */
  randint(low: number, high: number): number {
    if (!(low <= high)) throw new RandomArgumentError(`randint needs low <= high, got ${low} and ${high}.`);
    return low + this.#below(high - low + 1);
  }

  /** One of the values. */
  choice<T>(values: ArrayLike<T>): T {
    if (values.length === 0) throw new RandomArgumentError("choice needs at least one value.");
    return values[this.#below(values.length)]!;
  }

  /** Shuffles in place. */
  shuffle<T>(values: { length: number; [index: number]: T }): void {
    shuffle(values, (max) => this.#below(max + 1));
  }

  /**
   * `size` different places of the values, in drawing order.
   * @throws RandomArgumentError when there are fewer values.
   */
  sample<T>(values: ArrayLike<T>, size: number): T[] {
    const n = values.length;
    if (size < 0 || size > n) throw new RandomArgumentError(`sample cannot take ${size} of ${n} values.`);
    // A small population is copied and eaten up, a large one is drawn from with a set; the bound is Python's own.
    const setSize = size > 5 ? 21 + 4 ** Math.ceil(Math.log(size * 3) / Math.log(4)) : 21;
    if (n <= setSize) {
      const pool = Array.from(values);
      return Array.from({ length: size }, (_, i) => {
        const j = this.#below(n - i);
        const value = pool[j]!;
        pool[j] = pool[n - i - 1]!;
        return value;
      });
    }
    const taken = new Set<number>();
    return Array.from({ length: size }, () => {
      let j = this.#below(n);
      while (taken.has(j)) j = this.#below(n);
      taken.add(j);
      return values[j]!;
    });
  }

  /** A whole number in [0, n): as many bits as n has, drawn again while too large. n is at most 2^53. */
  #below(n: number): number {
    const bits = bitLength(n);
    let value = this.#bits(bits);
    while (value >= n) value = this.#bits(bits);
    return value;
  }

  #bits(count: number): number {
    if (count <= 32) return this.#words.nextUint32() >>> (32 - count);
    const low = this.#words.nextUint32();
    const high = this.#words.nextUint32() >>> (64 - count);
    return high * 4294967296 + low;
  }
}

function bitLength(n: number): number {
  return n > 0xffffffff ? 64 - Math.clz32(Math.floor(n / 4294967296)) : 32 - Math.clz32(n);
}

function seedWords(seed: number | bigint | string): number[] {
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new RandomArgumentError(`A seed must be a whole number or a text, not ${seed}.`);
  }
  const value = typeof seed === "string" ? textSeed(seed) : BigInt(seed);
  return toWords(value < 0n ? -value : value);
}

/** Version 2 of Python's text seeds: the bytes and their SHA-512, read as one big-endian integer. */
function textSeed(text: string): bigint {
  const bytes = Buffer.from(text, "utf8");
  const hex = Buffer.concat([bytes, createHash("sha512").update(bytes).digest()]).toString("hex");
  return BigInt(`0x${hex}`);
}
