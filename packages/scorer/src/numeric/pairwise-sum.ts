/** Blocks up to this length are summed in eight lanes (numpy's `pairwise_sum`). */
const BLOCK = 128;
const LANES = 8;

/** The sum of numbers in the order in which numpy adds them, so that means and deviations agree to the last bit. */
export function pairwiseSum(values: readonly number[], start = 0, end = values.length): number {
  const at = (index: number): number => values[index] ?? 0;
  const length = end - start;
  if (length < LANES) {
    let sum = 0;
    for (let index = start; index < end; index += 1) sum += at(index);
    return sum;
  }
  if (length > BLOCK) {
    const half = Math.floor(length / 2);
    const middle = start + half - (half % LANES);
    return pairwiseSum(values, start, middle) + pairwiseSum(values, middle, end);
  }
  const lanes = Array.from({ length: LANES }, (_, lane) => at(start + lane));
  const lane = (index: number): number => lanes[index] ?? 0;
  const whole = start + length - (length % LANES);
  for (let index = start + LANES; index < whole; index += LANES) {
    for (let offset = 0; offset < LANES; offset += 1) lanes[offset] = lane(offset) + at(index + offset);
  }
  let sum = lane(0) + lane(1) + (lane(2) + lane(3)) + (lane(4) + lane(5) + (lane(6) + lane(7)));
  for (let index = whole; index < end; index += 1) sum += at(index);
  return sum;
}

export function mean(values: readonly number[]): number {
  return pairwiseSum(values) / values.length;
}

/** Variance with n - 1 in the denominator, as `numpy.var(ddof=1)`; 0 for fewer than two values. */
export function sampleVariance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const center = mean(values);
  return pairwiseSum(values.map((value) => (value - center) * (value - center))) / (values.length - 1);
}

/** Standard error of the mean: sample deviation over the root of n; 0 for fewer than two values. */
export function standardError(values: readonly number[]): number {
  return values.length < 2 ? 0 : Math.sqrt(sampleVariance(values)) / Math.sqrt(values.length);
}
