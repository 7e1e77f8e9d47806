import type { DataFrame } from "@mlebench/frame";
import { microF1OfSets } from "../metrics/f-score.js";
import { labelSets } from "./label-sets.js";
import { alignById, requireColumns, requireSameHeight } from "./tables.js";

/**
 * The usual grading of a set of labels per row by micro-averaged F1. In order: the id's and the target's column are
 * there; same number of rows; sorted by id, the ids are equal; the target is text.
 */
export function gradeLabelSetsByF1(
  submission: DataFrame,
  answers: DataFrame,
  { id, target }: { readonly id: string; readonly target: string },
): number {
  requireColumns(submission, id, target);
  requireSameHeight(submission, answers);
  const aligned = alignById(submission, answers, id);
  const truth = labelSets(aligned.answers.column(target), target);
  return microF1OfSets(truth, labelSets(aligned.submission.column(target), target));
}
