import { parseCsv } from "@mlebench/frame";
import { describe, expect, it } from "vitest";
import { labelKappa } from "./label-kappa.js";

const column = (...cells: (string | number)[]) =>
  parseCsv(`v,w\n${cells.map((cell) => `${cell},0\n`).join("")}`).column("v");

describe("labelKappa", () => {
  it("takes numbers and True/False", () => {
    expect(labelKappa(column(0, 1, 1, 0), column("True", "True", "False", "False"), "v")).toBe(0);
    expect(labelKappa(column(0, 1, 2), column("0.0", "1.0", "2.0"), "v")).toBe(1);
    expect(() => labelKappa(column(0, 1, 2), column("a", "b", "c"), "v")).toThrow(/must be numbers, found text/);
    expect(() => labelKappa(column(0, 1, 2), column("0.5", "1", "2"), "v")).toThrow(/whole numbers/);
  });

  it("tells integers apart that are one double", () => {
    const large = column("9007199254740992", "9007199254740993", "9007199254740992");
    expect(labelKappa(column(0, 2, 0), large, "v")).toBeCloseTo(0.1, 14);
  });

  it("leaves rows out whose label is lost between integers and doubles, as scikit-learn does", () => {
    expect(labelKappa(column(0, 1, 2, 1), column("9223372036854775808", 1, 2, 1), "v")).toBeCloseTo(
      -0.2857142857142858,
      15,
    );
    expect(labelKappa(column(0, 1, 2, 1), column("18446744073709551615", 1, 2, 1), "v")).toBe(1);
    expect(labelKappa(column("0.0", 1, 2, 1), column("4611686018427387905", 1, 2, 1), "v")).toBe(1);
    expect(labelKappa(column(0, 1), column("18446744073709551615", "18446744073709551615"), "v")).toBeNaN();
  });
});
