import { checkAndScoreCsv, type ScoreOptions } from "./score-csv.js";

/** The answer of the validation endpoint: never a score. */
export type ValidationResult = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/**
 * Whether a submission can be scored, and if not, why. It is graded for that, as upstream does, and the score dropped.
 * Neither the verdict nor the reason depends on what the answers say. So where grading reads some rows only, faults in
 * the others count here as well: what is valid here is valid for grading.
 * @throws as `scoreCsv`.
 */
export async function validateSubmission(
  submissionPath: string,
  competitionId: string,
  options: ScoreOptions,
): Promise<ValidationResult> {
  const result = await checkAndScoreCsv(submissionPath, competitionId, options);
  return result.valid ? { valid: true } : { valid: false, reason: result.reason };
}
