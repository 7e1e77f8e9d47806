import { type Cell, Column, sortOrder } from "@mlebench/frame";
import { listProblem, type RecordedList } from "./recorded.js";

interface SortVector {
  readonly kind: string;
  readonly n: number;
  readonly keys: readonly Cell[];
  readonly order: RecordedList;
}

/** numpy's default, unstable argsort. */
export function sortProblem({ keys, order }: SortVector): string | undefined {
  return listProblem(sortOrder([Column.from(keys)]), order);
}

export const sortName = (vector: SortVector): string => `sort of ${vector.n} keys (${vector.kind})`;
