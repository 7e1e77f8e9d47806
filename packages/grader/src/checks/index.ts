export { gradeCategoriesByF1 } from "./grade-categories-by-f1.js";
export { gradeLabelSetsByF1 } from "./grade-label-sets-by-f1.js";
export { gradeLabelsByAccuracy } from "./grade-labels-by-accuracy.js";
export { gradeProbabilitiesByAuc } from "./grade-probabilities-by-auc.js";
export { gradeProbabilitiesByLogLoss } from "./grade-probabilities-by-log-loss.js";
export { gradeTextsByEquality } from "./grade-texts-by-equality.js";
export { type JoinedRows, joinRows } from "./join-rows.js";
export { labelKappa } from "./label-kappa.js";
export { labelSets } from "./label-sets.js";
export { meanAveragePrecision } from "./mean-average-precision.js";
export { oneHotLogLoss } from "./one-hot-log-loss.js";
export { pythonFloats } from "./python-floats.js";
export { pythonIntegers } from "./python-integers.js";
export { shownCell } from "./shown-cell.js";
export { sortDescending } from "./sort-descending.js";
export type { AlignedTables } from "./tables.js";
export {
  alignById,
  firstUnequal,
  requireColumns,
  requireExactColumns,
  requireSameHeight,
  requireSameIds,
  sortById,
} from "./tables.js";
export type { Targets } from "./targets.js";
export { discreteTargets, labelAccuracy, uniformTargets } from "./targets.js";
export { textCells } from "./text-cells.js";
export { textsOrMissing } from "./texts-or-missing.js";
export type { RowSumOptions } from "./values.js";
export {
  requireFiniteValues,
  requireNumeric,
  requireProbabilities,
  requireProbabilityRows,
  requireUnitInterval,
} from "./values.js";
