import { md5 } from "../kit.js";

/** A long list of integers, recorded as its ends and the md5 of the numbers joined by commas. */
export interface ListSummary {
  readonly length?: number;
  readonly head: readonly number[];
  readonly tail?: readonly number[];
  readonly md5: string;
}

/** A list as the vectors hold it. */
export type RecordedList = readonly number[] | ListSummary;

/** Says where a list differs from a recorded one; nothing when equal. */
export function listProblem(found: ArrayLike<number>, expected: RecordedList): string | undefined {
  const list = Array.from(found);
  const isEqual =
    "md5" in expected
      ? md5(Buffer.from(list.join(","))) === expected.md5
      : list.length === expected.length && list.every((value, index) => value === expected[index]);
  if (isEqual) return undefined;
  const start = "md5" in expected ? expected.head : expected.slice(0, 5);
  return `gives ${list.slice(0, 5).join(",")}... (${list.length}), upstream ${start.join(",")}... (${expected.length ?? "?"})`;
}
