import type { Column } from "@mlebench/frame";
import { pythonFloats, requireColumns, requireSameHeight } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";
import { rmsle } from "../metrics/regression-errors.js";

const TARGETS = ["formation_energy_ev_natom", "bandgap_energy_ev"];

/** Rows are compared by their position in the file; ids are never looked at. */
export default defineGrader({
  id: "nomad2018-predict-transparent-conductors",
  grade({ submission, answers }) {
    requireColumns(submission, ...TARGETS);
    requireSameHeight(submission, answers);
    const errors = TARGETS.map((target) =>
      rmsle(answers.column(target).numbers(), predictions(submission.column(target), target)),
    );
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  },
});

/** numpy takes the logarithm of True and False in half precision: ln 2 is 0.693359375 there. */
const HALF_PRECISION_LN_2 = 0.693359375;

function predictions(column: Column, name: string): Float64Array {
  const values = pythonFloats(column, name);
  return column.kind === "bool" ? values.map((value) => value * Math.expm1(HALF_PRECISION_LN_2)) : values;
}
