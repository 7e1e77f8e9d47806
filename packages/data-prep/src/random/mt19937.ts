const N = 624;
const M = 397;

/**
 * The Mersenne Twister that numpy's legacy generator and Python's `random` share. It only makes raw words; how a seed
 * fills it and how words become numbers differs and is said by its users.
 * @see Matsumoto & Nishimura, "Mersenne Twister" (1998)
 */
export class Mt19937 {
  readonly #state = new Uint32Array(N);
  #next = N;

  /** Fills the state from one 32-bit word (the classic `init_genrand`). */
  seedWithWord(seed: number): this {
    const state = this.#state;
    state[0] = seed >>> 0;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    this.#next = N;
    return this;
  }

  /** Fills the state from words, least significant first (the classic `init_by_array`). */
  seedWithWords(words: ArrayLike<number>): this {
    this.seedWithWord(19650218);
    const state = this.#state;
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, words.length); k > 0; k--) {
      const previous = state[i - 1]!;
      state[i] = (state[i]! ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + words[j]! + j;
      i++;
      j++;
      if (i >= N) {
        state[0] = state[N - 1]!;
        i = 1;
      }
      if (j >= words.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      const previous = state[i - 1]!;
      state[i] = (state[i]! ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
      i++;
      if (i >= N) {
        state[0] = state[N - 1]!;
        i = 1;
      }
    }
    state[0] = 0x80000000;
    this.#next = N;
    return this;
  }

  /** The next word, uniform in [0, 2^32). */
  nextUint32(): number {
    if (this.#next >= N) this.#refill();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A double in [0, 1) of 53 random bits: 27 of one word, 26 of the next. */
  nextDouble(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[i + 1 < N ? i + 1 : 0]! & 0x7fffffff);
      state[i] = state[i + M < N ? i + M : i + M - N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}
