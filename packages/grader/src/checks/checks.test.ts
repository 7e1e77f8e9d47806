import { Column, DataFrame, parseCsv } from "@mlebench/frame";
import { describe, expect, it } from "vitest";
import { InvalidSubmissionError } from "../errors.js";
import {
  alignById,
  firstUnequal,
  gradeProbabilitiesByAuc,
  labelAccuracy,
  pythonIntegers,
  requireColumns,
  requireExactColumns,
  requireNumeric,
  requireProbabilityRows,
  requireSameIds,
  requireUnitInterval,
  uniformTargets,
} from "./index.js";

const column = (...cells: string[]): Column =>
  parseCsv(`v,w\n${cells.map((cell) => `${cell},0\n`).join("")}`).column("v");

describe("columns", () => {
  const table = parseCsv("a,b\n1,2\n");

  it("must be there, in the order asked for", () => {
    expect(() => requireColumns(table, "a", "b")).not.toThrow();
    expect(() => requireColumns(table, "c", "d")).toThrow(/column "c"; it has "a", "b"/);
    expect(() => requireColumns(new DataFrame({}), "c")).toThrow(/it has no columns/);
  });

  it("must be exactly these when asked so", () => {
    expect(() => requireExactColumns(table, ["b", "a"])).not.toThrow();
    expect(() => requireExactColumns(table, ["a"])).toThrow(/also has "b"/);
  });
});

describe("ids", () => {
  const answers = parseCsv("id,y\n3,c\n1,a\n2,b\n");

  it("bring both tables into one order", () => {
    const { submission, answers: sorted } = alignById(parseCsv("id,y\n2.0,B\n3,C\n1,A\n"), answers, "id");
    expect(submission.column("y").cells()).toEqual(["A", "B", "C"]);
    expect(sorted.column("y").cells()).toEqual(["a", "b", "c"]);
  });

  it.each([
    ["an unknown one", "id\n1\n2\n4\n", /row 3 has 4 where 3/],
    ["one twice", "id\n1\n2\n2\n", /row 3 has 2 where 3/],
    ["a missing one", "id,y\n1,0\n2,0\n,0\n", /row 3 has a missing value where 3/],
    ["text", "id\na\nb\nc\n", /row 1 has "a" where 1/],
    ["fewer rows", "id\n1\n2\n", /3 rows/],
  ])("are refused with %s", (_, text, reason) => {
    expect(() => alignById(parseCsv(text), answers, "id")).toThrow(reason);
  });

  it("are compared as a set where their count does not matter", () => {
    expect(() => requireSameIds(parseCsv("id\n1\n1\n2\n3\n"), answers, "id")).not.toThrow();
    expect(() => requireSameIds(parseCsv("id\n1\n2\n"), answers, "id")).toThrow(/lacks "id" 3/);
    expect(() => requireSameIds(parseCsv("id\n1\n2\n3\n9\n"), answers, "id")).toThrow(/9 in row 4/);
  });

  it("are the same set in any order, whatever their type", () => {
    expect(() => requireSameIds(parseCsv("id\n3\n1.0\n2\n"), answers, "id")).not.toThrow();
    expect(() => requireSameIds(parseCsv("id,y\n3,0\n1,0\n,0\n"), answers, "id")).toThrow(/a missing value in row 3/);
    const big = parseCsv("id\n4611686018427387905\n");
    expect(() => requireSameIds(parseCsv("id\n4611686018427387904.0\n"), big, "id")).toThrow(InvalidSubmissionError);
    const names = parseCsv("id\na\nb\n");
    expect(() => requireSameIds(parseCsv("id\nb\na\n"), names, "id")).not.toThrow();
    expect(() => requireSameIds(parseCsv("id\nb\n"), names, "id")).toThrow(/lacks "id" "a"/);
    expect(() => requireSameIds(parseCsv("id\n1\n2\n"), names, "id")).toThrow(/1 in row 1 is not/);
  });

  it("compare integers beside floats as doubles, and text never with numbers", () => {
    const big = Column.int64([2n ** 60n + 1n]);
    expect(firstUnequal(big, Column.float64([2 ** 60]))).toBeUndefined();
    expect(firstUnequal(big, Column.int64([2n ** 60n]))).toBe(0);
    expect(firstUnequal(Column.object(["1"]), Column.int64([1]))).toBe(0);
    expect(firstUnequal(Column.float64([Number.NaN]), Column.float64([Number.NaN]))).toBe(0);
  });
});

describe("values", () => {
  it("are numeric unless one cell is text", () => {
    expect([...requireNumeric(column("True", "False"), "v")]).toEqual([1, 0]);
    expect(() => requireNumeric(column("1", "x"), "v")).toThrow(InvalidSubmissionError);
    expect(() => requireNumeric(column(), "v")).toThrow(InvalidSubmissionError);
  });

  it("lie in the unit interval, missing ones apart", () => {
    expect(() => requireUnitInterval([0, 1, Number.NaN], "v")).not.toThrow();
    expect(() => requireUnitInterval([0, 1.0000001], "v")).toThrow(/row 2 has 1.0000001/);
    expect(() => requireUnitInterval([Number.NEGATIVE_INFINITY], "v")).toThrow(InvalidSubmissionError);
  });

  it("of a row add up to one within numpy's tolerance", () => {
    const rows = (text: string) => requireProbabilityRows(parseCsv(`a,b,c\n${text}\n`), ["a", "b", "c"]);
    expect(rows("0.33333,0.33333,0.33333")).toHaveLength(3);
    expect(() => rows("0.33334,0.33334,0.33334")).toThrow(/add up to 1/);
    expect(() => rows("1.5,-0.5,0")).toThrow(/between 0 and 1/);
    expect(() => rows("1,0,")).toThrow(/missing value/);
    expect(() => rows("x,0,1")).toThrow(/numbers only/);
    expect(rows("True,False,False")).toHaveLength(3);
    expect(() => rows("0,False,1")).toThrow(/"b" holds True and False where others hold numbers/);
  });
});

describe("integers", () => {
  it("are cut, parsed and kept exactly", () => {
    expect(pythonIntegers(column("1.9", "-0.9", "2"), "v")).toEqual([1, 0, 2]);
    expect(pythonIntegers(column('" 7"', "1_0", "+3"), "v")).toEqual([7, 10, 3]);
    expect(pythonIntegers(column("9007199254740993", "1"), "v")).toEqual([9007199254740993n, 1]);
  });

  it("may lie above 2^63 when all do, as numpy then keeps them whole", () => {
    const [large, larger] = ["9223372036854775808", "18446744073709551615"];
    expect(pythonIntegers(column(large, larger), "v")).toEqual([2n ** 63n, 2n ** 64n - 1n]);
    for (const cells of [[large, "1"], ["18446744073709551616"], ["-9223372036854775809"], ["inf"], [""], ["1.0", "x"]])
      expect(() => pythonIntegers(column(...cells), "v")).toThrow(/whole numbers of 64 bits/);
  });
});

describe("labels, by scikit-learn's rules", () => {
  const numbers = column("0", "1", "2");
  const booleans = column("True", "False", "True");

  it("compare numbers by value, whatever their type", () => {
    expect(labelAccuracy(numbers, column("0.0", "1.0", "2.0"), "v")).toBe(1);
    expect(labelAccuracy(booleans, column("1", "0", "0"), "v")).toBeCloseTo(2 / 3, 15);
    expect(labelAccuracy(numbers, column("18446744073709551615", "1", "2"), "v")).toBeCloseTo(2 / 3, 15);
  });

  it.each([
    ["a fraction", ["0.5", "1", "2"]],
    ["a gap", ["", "1", "2"]],
    ["an infinity", ["inf", "1", "2"]],
    ["a float beyond 64 bit", ["1e30", "1", "2"]],
    ["a gap among texts", ["a", "", "c"]],
  ])("refuse %s", (_, cells) =>
    expect(() => labelAccuracy(numbers, column(...cells), "v")).toThrow(InvalidSubmissionError),
  );

  it("let text beside numbers only never match, unless both sides are binary", () => {
    expect(labelAccuracy(numbers, column("a", "b", "a"), "v")).toBe(0);
    expect(labelAccuracy(booleans, column("a", "b", "c"), "v")).toBe(0);
    expect(() => labelAccuracy(booleans, column("a", "b", "a"), "v")).toThrow(InvalidSubmissionError);
    expect(() => uniformTargets(numbers, column("a", "b", "c"), "v")).toThrow(/must be numbers, found text/);
  });
});

describe("one probability per row", () => {
  const answers = parseCsv("id,p\na,0\nb,1\nc,1\n");
  const grade = (text: string) => gradeProbabilitiesByAuc(parseCsv(text), answers, { id: "id", target: "p" });

  it("is graded by ROC AUC in any order of rows", () => {
    expect(grade("p,id,more\n0.9,c,1\n0.1,a,2\n0.8,b,3\n")).toBe(1);
    expect(grade("id,p\na,True\nb,False\nc,True\n")).toBe(0.25);
  });

  it.each([
    ["id\na\nb\nc\n", /column "p"/],
    ["id,p\na,0\n", /3 rows/],
    ["id,p\na,0\nb,x\nc,1\n", /numbers only; row 1 has "0"/],
    ["id,p\na,0\nb,2\nc,1\n", /between 0 and 1; row 2 has 2/],
    ["id,p\na,0\nb,1\nd,1\n", /"d" where "c"/],
    ["id,p\na,0\nb,\nc,1\n", /missing values, first in row 2/],
  ])("is refused: %j", (text, reason) => expect(() => grade(text)).toThrow(reason));
});
