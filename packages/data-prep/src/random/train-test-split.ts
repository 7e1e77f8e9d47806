import { RandomArgumentError } from "../errors.js";
import { RandomState } from "./random-state.js";

/** How {@link trainTestSplit} divides rows; the names are scikit-learn's. */
export interface TrainTestSplitOptions {
  /** A share in (0, 1), or a count of rows from 1 on. @default what trainSize leaves, or 0.25 */
  readonly testSize?: number;
  /** A share in (0, 1), or a count of rows from 1 on. @default what testSize leaves */
  readonly trainSize?: number;
  /** `random_state`: a seed, or a generator that goes on from where it is. Needed unless `shuffle` is false. */
  readonly random?: number | RandomState;
  /** `false`: the first rows are train, the following ones test. @default true */
  readonly shuffle?: boolean;
}

/** Positions of rows (counted from 0) in the order in which the parts list them. */
export interface SplitIndices {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * scikit-learn's `train_test_split` over row positions: the test part is the head of a permutation, the train part
 * what follows.
 * @param n number of rows.
 * @throws RandomArgumentError when the sizes do not fit n or leave the train part empty.
 * @see scikit-learn 1.5 `train_test_split`
 */
export function trainTestSplit(n: number, options: TrainTestSplitOptions): SplitIndices {
  const { trainCount, testCount } = splitSizes(n, options);
  if (options.shuffle === false) {
    const rows = Uint32Array.from({ length: trainCount + testCount }, (_, i) => i);
    return { train: rows.slice(0, trainCount), test: rows.slice(trainCount) };
  }
  if (options.random === undefined) throw new RandomArgumentError("A shuffled split needs a seed (random).");
  const random = typeof options.random === "number" ? new RandomState(options.random) : options.random;
  const order = random.permutation(n);
  return { test: order.slice(0, testCount), train: order.slice(testCount, testCount + trainCount) };
}

/** {@link trainTestSplit} of a list: its items in the order of the parts. */
export function trainTestSplitList<T>(
  items: readonly T[],
  options: TrainTestSplitOptions,
): { readonly train: T[]; readonly test: T[] } {
  const { train, test } = trainTestSplit(items.length, options);
  const pick = (rows: Uint32Array) => Array.from(rows, (row) => items[row]!);
  return { train: pick(train), test: pick(test) };
}

function splitSizes(n: number, options: TrainTestSplitOptions): { trainCount: number; testCount: number } {
  const { trainSize } = options;
  const testSize = options.testSize ?? (trainSize === undefined ? 0.25 : undefined);
  for (const [name, size] of Object.entries({ testSize, trainSize })) {
    if (size === undefined) continue;
    const isShare = size > 0 && size < 1;
    const isCount = Number.isInteger(size) && size >= 1 && size < n;
    if (!isShare && !isCount) throw new RandomArgumentError(`${name} ${size} does not fit ${n} rows.`);
  }
  const wantedTest = testSize === undefined ? undefined : testSize < 1 ? Math.ceil(testSize * n) : testSize;
  const wantedTrain = trainSize === undefined ? undefined : trainSize < 1 ? Math.floor(trainSize * n) : trainSize;
  const testCount = wantedTest ?? n - (wantedTrain ?? 0);
  const trainCount = wantedTrain ?? n - testCount;
  if (trainCount + testCount > n) {
    throw new RandomArgumentError(
      `A split into ${trainCount} train and ${testCount} test rows does not fit ${n} rows.`,
    );
  }
  if (trainCount <= 0)
    throw new RandomArgumentError(`A split of ${n} rows with ${testCount} for test leaves none for train.`);
  return { trainCount, testCount };
}
