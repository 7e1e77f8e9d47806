import { pairwiseMean, pairwiseSum } from "@mlebench/grader";

/** Variance with n - 1 in the denominator, as `numpy.var(ddof=1)`; 0 for fewer than two values. */
export function sampleVariance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const center = pairwiseMean(values);
  return pairwiseSum(values.map((value) => (value - center) * (value - center))) / (values.length - 1);
}

/** Standard error of the mean: sample deviation over the root of n; 0 for fewer than two values. */
export function standardError(values: readonly number[]): number {
  return values.length < 2 ? 0 : Math.sqrt(sampleVariance(values)) / Math.sqrt(values.length);
}
