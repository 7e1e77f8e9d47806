const BLOCK = 128;
/** numpy hands this many numbers at a time to its inner loop. */
const BUFFER = 8192;

/**
 * Sum of numbers in the order in which numpy adds a contiguous array of doubles: buffers of 8192 one after the other,
 * each by halving down to blocks of up to 128 with eight running sums. Equal to `np.sum` bit for bit, and far more accurate than adding left to right.
 * @returns 0 for an empty list.
 * @see numpy `pairwise_sum_DOUBLE` in its umath loops
 */
export function pairwiseSum(values: ArrayLike<number>): number {
  let sum = 0;
  for (let from = 0; from < values.length; from += BUFFER) {
    sum += sumRange(values, from, Math.min(BUFFER, values.length - from));
  }
  return sum;
}

/** `pairwiseSum(values) / values.length`; NaN for an empty list, as numpy's mean. */
export function pairwiseMean(values: ArrayLike<number>): number {
  return pairwiseSum(values) / values.length;
}

function sumRange(values: ArrayLike<number>, from: number, count: number): number {
  if (count < 8) return sumInOrder(values, from, count);
  if (count <= BLOCK) return sumBlock(values, from, count);
  let half = Math.floor(count / 2);
  half -= half % 8;
  return sumRange(values, from, half) + sumRange(values, from + half, count - half);
}

function sumInOrder(values: ArrayLike<number>, from: number, count: number): number {
  let sum = 0;
  for (let index = from; index < from + count; index++) sum += values[index]!;
  return sum;
}

function sumBlock(values: ArrayLike<number>, from: number, count: number): number {
  let r0 = values[from]!;
  let r1 = values[from + 1]!;
  let r2 = values[from + 2]!;
  let r3 = values[from + 3]!;
  let r4 = values[from + 4]!;
  let r5 = values[from + 5]!;
  let r6 = values[from + 6]!;
  let r7 = values[from + 7]!;
  const whole = from + count - (count % 8);
  for (let index = from + 8; index < whole; index += 8) {
    r0 += values[index]!;
    r1 += values[index + 1]!;
    r2 += values[index + 2]!;
    r3 += values[index + 3]!;
    r4 += values[index + 4]!;
    r5 += values[index + 5]!;
    r6 += values[index + 6]!;
    r7 += values[index + 7]!;
  }
  let sum = r0 + r1 + (r2 + r3) + (r4 + r5 + (r6 + r7));
  for (let index = whole; index < from + count; index++) sum += values[index]!;
  return sum;
}
