import { MetricError } from "../errors.js";

/**
 * Number of pairs in the wrong order: i < j with values[i] > values[j]. n log n.
 * @param values numbers without NaN.
 */
export function countInversions(values: ArrayLike<number>): number {
  return sortAndCount(Float64Array.from(values), new Float64Array(values.length), 0, values.length);
}

/**
 * Kendall tau over several rankings together: 1 - 4 * (sum of inversions) / (sum of n (n - 1)).
 * @param rankings one list per ranking: the true ranks of the items in the predicted order.
 * @returns 1 when all are in order, -1 when all are reversed; NaN when no ranking has two items.
 */
export function kendallTau(rankings: readonly ArrayLike<number>[]): number {
  if (rankings.length === 0) throw new MetricError("METRIC_EMPTY", "There is no ranking to compare.");
  let inversions = 0;
  let most = 0;
  for (const ranks of rankings) {
    inversions += countInversions(ranks);
    most += ranks.length * (ranks.length - 1);
  }
  return 1 - (4 * inversions) / most;
}

function sortAndCount(values: Float64Array, scratch: Float64Array, from: number, to: number): number {
  if (to - from < 2) return 0;
  const middle = (from + to) >> 1;
  let inversions = sortAndCount(values, scratch, from, middle) + sortAndCount(values, scratch, middle, to);
  let left = from;
  let right = middle;
  for (let target = from; target < to; target++) {
    if (right >= to || (left < middle && values[left]! <= values[right]!)) {
      scratch[target] = values[left++]!;
    } else {
      inversions += middle - left;
      scratch[target] = values[right++]!;
    }
  }
  values.set(scratch.subarray(from, to), from);
  return inversions;
}
