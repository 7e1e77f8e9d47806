import { type Cell, cellKey, pyRound } from "@mlebench/frame";
import { pythonFloats, requireColumns, requireFiniteValues, requireSameIds } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { meanAbsoluteError } from "../metrics/regression-errors.js";

const ID = "segment_id";
const TARGET = "time_to_eruption";

/** Rows are joined on the segment, so a segment that is given twice counts twice; the error is rounded to a whole number. */
export default defineGrader({
  id: "predict-volcanic-eruptions-ingv-oe",
  grade({ submission, answers }) {
    requireColumns(submission, TARGET, ID);
    requireSameIds(submission, answers, ID);
    const rowsById = new Map<Cell, number[]>();
    submission
      .column(ID)
      .cells()
      .forEach((id, row) => {
        const key = cellKey(id);
        const rows = rowsById.get(key);
        if (rows) rows.push(row);
        else rowsById.set(key, [row]);
      });
    const values = pythonFloats(submission.column(TARGET), TARGET);
    requireFiniteValues(values, TARGET);
    const expected = answers.column(TARGET).numbers();
    const truth: number[] = [];
    const predicted: number[] = [];
    answers
      .column(ID)
      .cells()
      .forEach((id, answerRow) => {
        for (const row of rowsById.get(cellKey(id)) ?? []) {
          truth.push(expected[answerRow]!);
          predicted.push(values[row]!);
        }
      });
    return pyRound(meanAbsoluteError(truth, predicted), 0);
  },
});
