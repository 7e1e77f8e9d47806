/**
 * Quantile between sorted values by linear interpolation: position h = (n - 1) q.
 * @param values length n > 0; any NaN gives NaN.
 * @param q in [0, 1].
 * @returns NaN for an empty list.
 * @see numpy `quantile` with its default method, bit for bit
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1]!)) return Number.NaN;
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const share = position - below;
  const step = high - low;
  // numpy counts from the nearer end, so that both ends are hit exactly.
  return share >= 0.5 ? high - step * (1 - share) : low + step * share;
}
