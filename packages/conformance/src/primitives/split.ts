import { trainTestSplit } from "@mlebench/data-prep";
import { listProblem, type RecordedList } from "./recorded.js";

interface SplitVector {
  readonly n: number;
  readonly seed: number;
  readonly test_size?: number;
  readonly train_size?: number;
  readonly shuffle?: boolean;
  readonly train: RecordedList;
  readonly test: RecordedList;
}

/** scikit-learn's train_test_split. */
export function splitProblem(vector: SplitVector): string | undefined {
  const { train, test } = trainTestSplit(vector.n, {
    testSize: vector.test_size,
    trainSize: vector.train_size,
    shuffle: vector.shuffle,
    random: vector.seed,
  });
  return listProblem(train, vector.train) ?? listProblem(test, vector.test);
}

export const splitName = ({ train, test, ...vector }: SplitVector): string => `split ${JSON.stringify(vector)}`;
