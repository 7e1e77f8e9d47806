import { Column } from "@mlebench/frame";
import { expect, it } from "vitest";
import { wrapIntegers } from "./wrap-integers.js";

it("wraps what does not fit, as numpy does without a word", () => {
  const wide = Column.int64([1n, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n]);
  expect(wrapIntegers(wide, 32).cells()).toEqual([1, -2147483648, 2147483647, -1, 0, 1]);
  expect(wrapIntegers(Column.int64([127, 128, 300, -129]), 8).cells()).toEqual([127, -128, 44, 127]);
});
