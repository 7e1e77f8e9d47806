import type { SubmissionBound } from "@mlebench/grader";

/** A bound of so many bytes. */
export function boundOf(maxBytes: number): SubmissionBound {
  return { maxBytes, explanation: `at most ${maxBytes} are read.` };
}

/** One that no test meets. */
export const WIDE_BOUND: SubmissionBound = boundOf(2 ** 31);
