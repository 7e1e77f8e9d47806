import type { DataFrame } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight } from "./tables.js";

/**
 * The grading of one text per row by exact equality. In order: same number of rows; the target's and the id's column are
 * there; sorted by id, the ids are equal. A missing cell is the text `nan` on both sides; a column of numbers or of
 * True/False is compared as pandas prints it.
 * @returns the share of equal texts.
 */
export function gradeTextsByEquality(
  submission: DataFrame,
  answers: DataFrame,
  { id, target }: { readonly id: string; readonly target: string },
): number {
  requireSameHeight(submission, answers);
  requireColumns(submission, target, id);
  const aligned = alignById(submission, answers, id);
  const predicted = aligned.submission.column(target);
  const truth = aligned.answers.column(target);
  let right = 0;
  for (let row = 0; row < answers.height; row++) if (predicted.text(row) === truth.text(row)) right++;
  return right / answers.height;
}
