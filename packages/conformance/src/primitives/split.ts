import { trainTestSplit } from "@mlebench/data-prep";
import type { PrimitiveKind } from "../check-primitives.js";
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
export const split: PrimitiveKind<SplitVector> = {
  name: ({ train, test, ...vector }) => `split ${JSON.stringify(vector)}`,
  problem({ n, seed, test_size: testSize, train_size: trainSize, shuffle, ...expected }) {
    const { train, test } = trainTestSplit(n, { testSize, trainSize, shuffle, random: seed });
    return listProblem(train, expected.train) ?? listProblem(test, expected.test);
  },
};
