import type { DataFrame } from "@mlebench/frame";
import { macroF1 } from "../metrics/f-score.js";
import { pythonIntegers } from "./python-integers.js";
import { alignById, requireColumns, requireSameHeight } from "./tables.js";

/**
 * The usual grading of one category number per row by macro-averaged F1. In order: same number of rows; the id's and
 * the target's column are there; sorted by id, the ids are equal; every category goes through Python's `int()`.
 */
export function gradeCategoriesByF1(
  submission: DataFrame,
  answers: DataFrame,
  { id, target }: { readonly id: string; readonly target: string },
): number {
  requireSameHeight(submission, answers);
  requireColumns(submission, id, target);
  const aligned = alignById(submission, answers, id);
  return macroF1(
    pythonIntegers(aligned.answers.column(target), target),
    pythonIntegers(aligned.submission.column(target), target),
  );
}
