import { type Cell, Column, sortOrder } from "@mlebench/frame";
import type { PrimitiveKind } from "../check-primitives.js";
import { listProblem, type RecordedList } from "./recorded.js";

interface SortVector {
  readonly kind: string;
  readonly n: number;
  readonly keys: readonly Cell[];
  readonly order: RecordedList;
}

/** numpy's default, unstable argsort. */
export const sort: PrimitiveKind<SortVector> = {
  name: ({ n, kind }) => `sort of ${n} keys (${kind})`,
  problem: ({ keys, order }) => listProblem(sortOrder([Column.from(keys)]), order),
};
