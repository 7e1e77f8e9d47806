import { type Cell, cellKey, type DataFrame } from "@mlebench/frame";
import { type TrainTestSplitOptions, trainTestSplitList } from "../random/train-test-split.js";

/** A table split so that no group is on both sides. */
export interface GroupSplit {
  /** Rows of the train groups, in their old order. */
  readonly train: DataFrame;
  /** Rows of the test groups, in their old order. */
  readonly test: DataFrame;
  /** The groups themselves, in the split's order. */
  readonly trainGroups: readonly Cell[];
  readonly testGroups: readonly Cell[];
}

/**
 * Splits the distinct values of a column (in order of first appearance) with `train_test_split` and sends every row
 * where its value goes, so that a patient, a sentence or a place is never on both sides.
 */
export function splitByGroup(frame: DataFrame, column: string, options: TrainTestSplitOptions): GroupSplit {
  const values = frame.column(column);
  const groups = trainTestSplitList(values.unique(), options);
  const pick = (chosen: readonly Cell[]) => {
    const keys = new Set(chosen.map(cellKey));
    return frame.filter((row) => keys.has(cellKey(values.get(row))));
  };
  return { train: pick(groups.train), test: pick(groups.test), trainGroups: groups.train, testGroups: groups.test };
}
