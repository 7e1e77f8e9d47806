import { type SplitIndices, type TrainTestSplitOptions, trainTestSplit } from "./train-test-split.js";

/**
 * First split of scikit-learn's `GroupShuffleSplit`: the sorted distinct groups are split, every row follows its group,
 * rows keep their order in both parts.
 * @param groups the group of each row; texts are ordered by code point, numbers by value.
 * @throws RandomArgumentError as {@link trainTestSplit}, for the number of groups.
 */
export function groupShuffleSplit(
  groups: readonly string[] | readonly number[],
  options: Omit<TrainTestSplitOptions, "shuffle">,
): SplitIndices {
  const distinct: (string | number)[] = [...new Set<string | number>(groups)].sort(compareGroups);
  const split = trainTestSplit(distinct.length, options);
  const pick = (positions: Uint32Array) => {
    const chosen = new Set(Array.from(positions, (position) => distinct[position]!));
    return Uint32Array.from(groups.flatMap((group, row) => (chosen.has(group) ? [row] : [])));
  };
  return { train: pick(split.train), test: pick(split.test) };
}

function compareGroups(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
