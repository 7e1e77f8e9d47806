import { UsageError } from "../errors.js";

/** Positions of the samples to run: 1-based, both ends included. */
export interface SampleRange {
  readonly first: number;
  readonly last: number;
}

/**
 * `N` means the first N samples, `A-B` the samples A to B counted from 1, both included.
 * @throws UsageError for anything else.
 */
export function parseLimit(text: string): SampleRange {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  const a = Number(match?.[1]);
  const range = match?.[2] === undefined ? { first: 1, last: a } : { first: a, last: Number(match[2]) };
  if (!match || range.first < 1 || range.last < range.first) {
    throw new UsageError({
      code: "RUNNER_LIMIT",
      message: `"${text}" is not a limit.`,
      hint: "Write --limit 10 for the first ten samples, or --limit 10-20 for the samples 10 to 20.",
    });
  }
  return range;
}
