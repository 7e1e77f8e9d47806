import { type Column, type DataFrame, pyRound } from "@mlebench/frame";
import { requireColumns, requireNumeric, requireSameHeight, requireSameIds, sortById } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

const ID = "eeg_id";
const VOTES = ["seizure_vote", "lpd_vote", "gpd_vote", "lrda_vote", "grda_vote", "other_vote"];
const LEAST = 1e-15;

/** Kullback-Leibler divergence of the experts' votes from the prediction. Repeated ids are paired as numpy sorts them. */
export default defineGrader({
  id: "hms-harmful-brain-activity-classification",
  grade({ submission, answers }) {
    requireColumns(submission, ID, ...VOTES);
    requireSameHeight(submission, answers);
    requireRowSums(VOTES.map((name) => requireNumeric(submission.column(name), name)));
    requireSameIds(submission, answers, ID);
    requireDistributions(submission);

    const sorted = sortById(submission, answers, ID);
    const predicted = VOTES.map((name) => clipped(sorted.submission.column(name)));
    const votes = VOTES.map((name) => sorted.answers.column(name).numbers());
    const divergences = Float64Array.from({ length: answers.height }, (_, row) => {
      const sum = votes.reduce((total, column) => total + column[row]!, 0);
      let divergence = 0;
      for (const [index, column] of votes.entries()) {
        const share = column[row]! / sum;
        const term = share === 0 ? 0 : share * Math.log(share / predicted[index]![row]!);
        if (!Number.isNaN(term)) divergence += term;
      }
      return divergence;
    });
    return pairwiseMean(divergences);
  },
});

function requireRowSums(columns: readonly Float64Array[]): void {
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    const sum = sumOf(columns, row);
    if (pyRound(sum, 5) === 1) continue;
    throw new InvalidSubmissionError(`The votes of a row must add up to 1; those of row ${row + 1} give ${sum}.`);
  }
}

/** Upstream's metric looks at every column beside the id, extra ones too. */
function requireDistributions(submission: DataFrame): void {
  const names = submission.columns.filter((name) => name !== ID);
  for (const name of names) {
    if (submission.column(name).kind !== "bool") continue;
    throw new InvalidSubmissionError(`The column ${name} must hold numbers, not True and False.`);
  }
  const columns = names.map((name) => requireNumeric(submission.column(name), name));
  for (let row = 0; row < submission.height; row++) {
    for (const [index, column] of columns.entries()) {
      if (!(column[row]! < 0) && !(column[row]! > 1)) continue;
      throw new InvalidSubmissionError(
        `All columns beside ${ID} must lie between 0 and 1; ${names[index]} has ${column[row]} in row ${row + 1}.`,
      );
    }
    const sum = sumOf(columns, row);
    if (Math.abs(sum - 1) <= 1e-8 + 1e-5) continue;
    throw new InvalidSubmissionError(`All columns beside ${ID} must add up to 1; those of row ${row + 1} give ${sum}.`);
  }
}

function sumOf(columns: readonly Float64Array[], row: number): number {
  let sum = 0;
  for (const column of columns) if (!Number.isNaN(column[row]!)) sum += column[row]!;
  return sum;
}

/** A column of integers stays as it is: upstream casts the clipped values back to integers. */
function clipped(column: Column): Float64Array {
  const values = column.numbers();
  if (column.kind !== "float64") return values;
  return values.map((value) => Math.min(Math.max(value, LEAST), 1 - LEAST));
}
