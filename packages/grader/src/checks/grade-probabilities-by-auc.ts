import type { DataFrame } from "@mlebench/frame";
import { rocAuc } from "../metrics/roc-auc.js";
import { alignById, requireColumns, requireSameHeight } from "./tables.js";
import { requireFiniteValues, requireNumeric, requireUnitInterval } from "./values.js";

/** Columns of a table with one probability per row. */
export interface ProbabilityColumns {
  readonly id: string;
  readonly target: string;
}

/**
 * The usual grading of one probability per row by ROC AUC. In order: both columns are there; same number of rows; the
 * target is numeric; its values lie in [0, 1], missing ones skipped; sorted by id, the ids are equal; no value is missing.
 */
export function gradeProbabilitiesByAuc(
  submission: DataFrame,
  answers: DataFrame,
  { id, target }: ProbabilityColumns,
): number {
  requireColumns(submission, id, target);
  requireSameHeight(submission, answers);
  requireUnitInterval(requireNumeric(submission.column(target), target), target);
  const aligned = alignById(submission, answers, id);
  const scores = aligned.submission.column(target).numbers();
  requireFiniteValues(scores, target);
  return rocAuc(aligned.answers.column(target).numbers(), scores);
}
