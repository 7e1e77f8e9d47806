import type { DataFrame } from "@mlebench/frame";
import { binaryLogLoss } from "../metrics/log-loss.js";
import type { ProbabilityColumns } from "./grade-probabilities-by-auc.js";
import { requireColumns, requireSameHeight, requireSameIds, sortById } from "./tables.js";
import { requireNumeric, requireProbabilities } from "./values.js";

/**
 * The usual grading of one probability per row by log loss. In order: both columns are there; the ids are those of the
 * answers, each once; every value is there and lies in [0, 1].
 */
export function gradeProbabilitiesByLogLoss(
  submission: DataFrame,
  answers: DataFrame,
  { id, target }: ProbabilityColumns,
): number {
  requireColumns(submission, id, target);
  requireSameIds(submission, answers, id);
  requireSameHeight(submission, answers);
  requireProbabilities(requireNumeric(submission.column(target), target), target);
  const sorted = sortById(submission, answers, id);
  return binaryLogLoss(sorted.answers.column(target).numbers(), sorted.submission.column(target).numbers());
}
