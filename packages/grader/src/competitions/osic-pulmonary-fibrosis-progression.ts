import { compareCodePoints, type DataFrame } from "@mlebench/frame";
import { requireColumns, requireNumeric, textCells } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { InvalidSubmissionError } from "../errors.js";
import { laplaceLogLikelihood } from "../metrics/laplace-log-likelihood.js";
import { quoted } from "../quoted.js";

const ID = "Patient_Week";
const TARGET = "FVC";
const CONFIDENCE = "Confidence";
const SCORED_WEEKS = 3;
const BOUNDS = { leastDeviation: 70, mostError: 1000 };

/** Only the last three measured weeks of each patient are scored, and only where the submission has them. */
export default defineGrader({
  id: "osic-pulmonary-fibrosis-progression",
  /** Which weeks are the last that were measured is a secret, so none may be given twice. */
  check({ submission }) {
    requireColumns(submission, ID);
    const seen = new Set<string>();
    for (const id of textCells(submission.column(ID))) {
      if (seen.has(id)) throw new InvalidSubmissionError(`The ${ID} ${quoted(id)} occurs more than once.`);
      seen.add(id);
    }
  },
  grade({ submission, answers }) {
    requireColumns(submission, ID, TARGET, CONFIDENCE);
    const known = new Set(textCells(answers.column(ID)));
    const ids = textCells(submission.column(ID));
    const unknown = ids.findIndex((id) => !known.has(id));
    if (unknown >= 0) {
      throw new InvalidSubmissionError(
        `Row ${unknown + 1} has a ${ID} that is not in the test set: ${quoted(ids[unknown]!)}.`,
      );
    }
    const predicted = requireNumeric(submission.column(TARGET), TARGET);
    const confidences = requireNumeric(submission.column(CONFIDENCE), CONFIDENCE);

    const scored = scoredValues(answers);
    const submittedRows = ids.map((_, row) => row).filter((row) => scored.has(ids[row]!));
    submittedRows.sort((a, b) => compareCodePoints(ids[a]!, ids[b]!));
    const submittedIds = new Set(submittedRows.map((row) => ids[row]!));
    const truth = [...scored]
      .filter(([id]) => submittedIds.has(id))
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([, value]) => value);
    if (truth.length === 0) return Number.NaN;
    if (truth.length !== submittedRows.length && truth.length !== 1) {
      throw new InvalidSubmissionError(
        `The submission has ${submittedRows.length} rows for ${truth.length} scored weeks: a ${ID} occurs more than once.`,
      );
    }
    return laplaceLogLikelihood(
      submittedRows.map((_, index) => truth[truth.length === 1 ? 0 : index]!),
      submittedRows.map((row) => predicted[row]!),
      // A missing confidence is none.
      submittedRows.map((row) => (Number.isNaN(confidences[row]!) ? 0 : confidences[row]!)),
      BOUNDS,
    );
  },
});

/** The measured values by Patient_Week, for the largest week numbers of each patient. */
function scoredValues(answers: DataFrame): Map<string, number> {
  const values = answers.column(TARGET).numbers();
  const ids = textCells(answers.column(ID));
  const weekOf = (row: number) => Number(ids[row]!.slice(ids[row]!.lastIndexOf("_") + 1));
  const scored = new Map<string, number>();
  for (const { rows } of answers.groupBy("Patient")) {
    const measured = rows.filter((row) => !Number.isNaN(values[row]!)).sort((a, b) => weekOf(a) - weekOf(b));
    for (const row of measured.slice(-SCORED_WEEKS)) scored.set(ids[row]!, values[row]!);
  }
  return scored;
}
