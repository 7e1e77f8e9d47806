import { UsageError } from "../errors.js";

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

/**
 * Reads `--fail-on-error [value]`.
 * @throws UsageError for anything but true, false or a number above 0.
 */
export function parseFailOnError(text: string): FailOnError {
  if (text === "true") return true;
  if (text === "false") return false;
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && (value < 1 || Number.isInteger(value))) return value;
  throw new UsageError({
    code: "RUNNER_FAIL_ON_ERROR",
    message: `"${text}" is no value for --fail-on-error.`,
    hint: "Write true, false, a count such as 3, or a share below 1 such as 0.2.",
  });
}
