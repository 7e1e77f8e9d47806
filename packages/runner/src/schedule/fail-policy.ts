/**
 * When errors of samples fail the run: `true` at the first, `false` never, a number of 1 or more at so many errors,
 * a number below 1 at that share of all samples.
 */
export type FailOnError = boolean | number;

/** True when so many errors out of so many samples fail the run. */
export function failsRun(policy: FailOnError, errors: number, samples: number): boolean {
  if (errors === 0 || policy === false) return false;
  if (policy === true) return true;
  return policy < 1 ? errors / samples >= policy : errors >= policy;
}
