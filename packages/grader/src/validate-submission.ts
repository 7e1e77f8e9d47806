import { type ScoreOptions, scoreCsv } from "./score-csv.js";

/** The answer of the validation endpoint: never a score. */
export type ValidationResult = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/**
 * Whether a submission can be scored, and if not, why. It is graded for that, as upstream does, and the score dropped.
 * @throws as {@link scoreCsv}.
 */
export async function validateSubmission(
  submissionPath: string,
  competitionId: string,
  options: ScoreOptions,
): Promise<ValidationResult> {
  const result = await scoreCsv(submissionPath, competitionId, options);
  return result.valid ? { valid: true } : { valid: false, reason: result.reason };
}
