import { isConstant, requireFinite, requireSameLength } from "./checks.js";
import { pairwiseMean, pairwiseSum } from "./pairwise-sum.js";

/**
 * Pearson correlation: with a = (x - mean x) / |x - mean x| and b likewise, sum(a b), cut to [-1, 1].
 * Norms are scaled by the largest magnitude, so that values of 1e-170 or 1e200 give a proper result.
 * @param x finite numbers, length n > 0.
 * @param y finite numbers, length n.
 * @returns a number in [-1, 1]; NaN when all values of a side are equal.
 * @throws MetricError `METRIC_NOT_FINITE`, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scipy `pearsonr`
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requireSameLength(x, y);
  requireFinite(x, "The values");
  requireFinite(y, "The values");
  if (isConstant(x) || isConstant(y)) return Number.NaN;
  const a = normalised(x);
  const b = normalised(y);
  const r = pairwiseSum(a.map((value, index) => value * b[index]!));
  return Math.max(-1, Math.min(1, r));
}

/**
 * Spearman's rank correlation: the Pearson correlation of average ranks.
 * @param x numbers, length n > 0; infinities rank last or first, NaN anywhere gives NaN.
 * @param y numbers, length n.
 * @returns a number in [-1, 1]; NaN when all values of a side are equal or a value is NaN.
 * @throws MetricError `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scipy `spearmanr`
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  requireSameLength(x, y);
  const hasNaN = (values: ArrayLike<number>): boolean => Array.from(values).some(Number.isNaN);
  if (hasNaN(x) || hasNaN(y)) return Number.NaN;
  return pearson(averageRanks(x), averageRanks(y));
}

/**
 * Ranks from 1; equal values share the mean of their ranks.
 * @param values numbers without NaN, or texts (compared by UTF-16 unit unless `compare` says otherwise).
 */
export function averageRanks<T extends number | string>(
  values: ArrayLike<T>,
  compare: (a: T, b: T) => number = (a, b) => (a < b ? -1 : a > b ? 1 : 0),
): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  order.sort((a, b) => compare(values[a]!, values[b]!));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && compare(values[order[from]!]!, values[order[to]!]!) === 0) to++;
    for (let index = from; index < to; index++) ranks[order[index]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

function normalised(values: ArrayLike<number>): Float64Array {
  const mean = pairwiseMean(values);
  const centred = Float64Array.from(values, (value) => value - mean);
  const scale = centred.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const scaled = centred.map((value) => value / scale);
  const norm = Math.sqrt(pairwiseSum(scaled.map((value) => value * value)));
  return scaled.map((value) => value / norm);
}
