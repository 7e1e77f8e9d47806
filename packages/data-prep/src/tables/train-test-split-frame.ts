import type { DataFrame } from "@mlebench/frame";
import { type TrainTestSplitOptions, trainTestSplit } from "../random/train-test-split.js";

/** scikit-learn's `train_test_split` of a table; the rows of both parts are in the split's order. */
export function trainTestSplitFrame(
  frame: DataFrame,
  options: TrainTestSplitOptions,
): { readonly train: DataFrame; readonly test: DataFrame } {
  const { train, test } = trainTestSplit(frame.height, options);
  return { train: frame.take(train), test: frame.take(test) };
}
