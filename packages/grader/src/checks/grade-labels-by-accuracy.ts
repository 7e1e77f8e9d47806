import type { DataFrame } from "@mlebench/frame";
import { alignById, requireColumns, requireSameHeight } from "./tables.js";
import { labelAccuracy } from "./targets.js";

/**
 * The usual grading of one label per row by accuracy. In order: same number of rows; the target's and the id's column
 * are there; sorted by id, the ids are equal; the labels have types that scikit-learn accepts.
 */
export function gradeLabelsByAccuracy(
  submission: DataFrame,
  answers: DataFrame,
  { id, target }: { readonly id: string; readonly target: string },
): number {
  requireSameHeight(submission, answers);
  requireColumns(submission, target, id);
  const aligned = alignById(submission, answers, id);
  return labelAccuracy(aligned.answers.column(target), aligned.submission.column(target), target);
}
