/** Shuffles in place from the end down to place `first`, each with the place that `draw` gives for it. */
export function shuffle<T>(
  values: { length: number; [index: number]: T },
  draw: (max: number) => number,
  first = 1,
): void {
  for (let i = values.length - 1; i >= first; i--) {
    const j = draw(i);
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
}

/** A whole number in [0, max] by masked rejection. @param max above 0 and below 2^32 */
export function drawMasked(words: { nextUint32(): number }, max: number): number {
  const mask = 0xffffffff >>> Math.clz32(max);
  let value = (words.nextUint32() & mask) >>> 0;
  while (value > max) value = (words.nextUint32() & mask) >>> 0;
  return value;
}

/** The numbers 0 to n-1. */
export function range(n: number): Uint32Array {
  const values = new Uint32Array(n);
  for (let i = 0; i < n; i++) values[i] = i;
  return values;
}
