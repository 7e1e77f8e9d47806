import { describe, expect, it } from "vitest";
import { RawDataError } from "../errors.js";
import { type ColumnRule, requireColumns } from "./require-columns.js";

const refusal = (found: string[], rule: ColumnRule) => {
  try {
    requireColumns(found, "train.csv", rule);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe("requireColumns", () => {
  it("says which file, which columns it has, which are expected, and what to do", () => {
    expect(refusal(["id", "extra"], { exactly: ["id", "label"] })).toMatchObject({
      code: "DATA_PREP_RAW_DATA",
      message:
        "train.csv has the 2 columns id, extra; expected id, label, in this order and no others. Missing: label. Not expected: extra.",
      hint: expect.stringContaining("the competition's own file"),
    });
    expect(refusal(["id"], { count: 2, usually: ["id", "label"] })).toMatchObject({
      message: "train.csv has the 1 columns id; expected 2 (id, label). Missing: label.",
    });
  });

  it.each<[string, string[], ColumnRule, boolean]>([
    ["an order that is asserted", ["b", "a"], { exactly: ["a", "b"] }, false],
    ["an order that is free", ["b", "a"], { inAnyOrder: ["a", "b"] }, true],
    ["a column too many", ["a", "b", "c"], { inAnyOrder: ["a", "b"] }, false],
    ["a column too many where that is free", ["a", "b", "c"], { atLeast: ["a", "b"] }, true],
    ["a column too few", ["a"], { atLeast: ["a", "b"] }, false],
    ["other names where only the number counts", ["x", "y"], { count: 2, usually: ["a", "b"] }, true],
    ["another number", ["x", "y", "z"], { count: 2 }, false],
  ])("decides %s", (_, found, rule, passes) => {
    const error = refusal(found, rule);
    if (passes) expect(error).toBeUndefined();
    else expect(error).toBeInstanceOf(RawDataError);
  });
});
