/**
 * Random numbers that repeat for a seed: mulberry32, which has 32 bits of state and passes the usual tests of randomness.
 * @param seed a whole number, of which the lower 32 bits count.
 * @returns a function whose results are in [0, 1).
 */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
