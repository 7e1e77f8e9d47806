/**
 * Average precision of one ranked list at k, as Kaggle's MAP@k: over the first k guesses, a guess that is right and did
 * not occur earlier adds hits so far / its rank; the sum is divided by min(number of true items, k). A repeated guess
 * takes up a rank and counts once.
 * @param truth the right items; repeats count once.
 * @param guesses best first; may be shorter or longer than k.
 * @returns a number in [0, 1]; 0 when there is no true item.
 */
export function averagePrecisionAtK<T>(truth: Iterable<T>, guesses: readonly T[], k: number): number {
  const right = new Set(truth);
  if (right.size === 0) return 0;
  const seen = new Set<T>();
  let sum = 0;
  let hits = 0;
  for (let index = 0; index < Math.min(k, guesses.length); index++) {
    const guess = guesses[index]!;
    if (right.has(guess) && !seen.has(guess)) {
      hits++;
      sum += hits / (index + 1);
    }
    seen.add(guess);
  }
  return sum / Math.min(right.size, k);
}
