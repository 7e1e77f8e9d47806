const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/**
 * PCG64 (128-bit linear congruence, XSL-RR output), the bit generator under numpy's `default_rng`.
 * @see O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms" (2014)
 */
export class Pcg64 {
  #state: bigint;
  readonly #increment: bigint;
  #buffered: number | undefined;

  /** @param words eight 32-bit words of a seed sequence: the initial state, then the stream. */
  constructor(words: Uint32Array) {
    const pair = (index: number) => (BigInt(words[2 * index + 1]!) << 32n) | BigInt(words[2 * index]!);
    const initialState = (pair(0) << 64n) | pair(1);
    this.#increment = ((((pair(2) << 64n) | pair(3)) << 1n) | 1n) & MASK_128;
    this.#state = 0n;
    this.#step();
    this.#state = (this.#state + initialState) & MASK_128;
    this.#step();
  }

  /** The next word, uniform in [0, 2^64). */
  nextUint64(): bigint {
    this.#step();
    const folded = (this.#state >> 64n) ^ (this.#state & MASK_64);
    const rotation = this.#state >> 122n;
    return ((folded >> rotation) | (folded << (64n - rotation))) & MASK_64;
  }

  /** The next half word: the low half of a fresh 64-bit word, then its high half. */
  nextUint32(): number {
    if (this.#buffered !== undefined) {
      const value = this.#buffered;
      this.#buffered = undefined;
      return value;
    }
    const word = this.nextUint64();
    this.#buffered = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** A double in [0, 1) from the top 53 bits of one word. */
  nextDouble(): number {
    return Number(this.nextUint64() >> 11n) / 9007199254740992;
  }

  #step(): void {
    this.#state = (this.#state * MULTIPLIER + this.#increment) & MASK_128;
  }
}
