import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePyFloat, parsePyInt, percentFormat, pyFloatRepr, pyRound, pySplit, pyStrip } from "../index.js";

describe("numbers as Python prints them", () => {
  it("have a point or an exponent", () => {
    const texts: readonly (readonly [number, string])[] = [
      [1, "1.0"],
      [-0, "-0.0"],
      [1e-5, "1e-05"],
      [0.0001, "0.0001"],
      [1e16, "1e+16"],
      [123456789012345680, "1.2345678901234568e+17"],
      [1e15, "1000000000000000.0"],
      [5e-324, "5e-324"],
      [Number.NaN, "nan"],
      [Number.NEGATIVE_INFINITY, "-inf"],
    ];
    for (const [value, text] of texts) expect(pyFloatRepr(value)).toBe(text);
  });

  it("read back as the same double", () => {
    fc.assert(fc.property(fc.double({ noNaN: true }), (value) => Object.is(parsePyFloat(pyFloatRepr(value)), value)));
  });

  it("round half to even on the exact binary value", () => {
    expect(pyRound(0.5)).toBe(0);
    expect(pyRound(2.5)).toBe(2);
    expect(pyRound(0.125, 2)).toBe(0.12);
    expect(pyRound(2.675, 2)).toBe(2.67);
    expect(pyRound(1250, -2)).toBe(1200);
    expect(Object.is(pyRound(-0.4), -0)).toBe(true);
    expect(pyRound(Number.POSITIVE_INFINITY, 3)).toBe(Number.POSITIVE_INFINITY);
    expect(pyRound(1.5, 400)).toBe(1.5);
  });

  it("format as printf", () => {
    expect(percentFormat("%.10f")(-2.00000000005)).toBe("-2.0000000001");
    expect(percentFormat("%.0f")(2.5)).toBe("2");
    expect(percentFormat("%.3g")(0.00012345)).toBe("0.000123");
    expect(percentFormat("%g")(1e20)).toBe("1e+20");
    expect(percentFormat("%08.2e")(-12345.678)).toBe("-1.23e+04");
    expect(percentFormat("%5.1f%%")(1)).toBe("  1.0%");
    expect(() => percentFormat("%s")).toThrow("not a format of one number");
  });
});

describe("text as Python reads it", () => {
  it("gives integers of any digits, with underscores and white space around", () => {
    expect(parsePyInt(" +1_000\n")).toBe(1000n);
    expect(parsePyInt("٣𝟗")).toBe(39n);
    expect(parsePyInt("\u00a07\u2003")).toBe(7n);
    for (const text of ["", "1__0", "_1", "1_", "3.0", "0x1", "1 2", "\ufeff1", "\x1c1", "- 1", "9".repeat(4301)]) {
      expect(parsePyInt(text)).toBeUndefined();
    }
  });

  it("gives floats, infinities and NaN", () => {
    expect(parsePyFloat("1_0.5e-1_0")).toBe(10.5e-10);
    expect(parsePyFloat(".5")).toBe(0.5);
    expect(parsePyFloat(" -Infinity ")).toBe(Number.NEGATIVE_INFINITY);
    expect(parsePyFloat("nAn")).toBeNaN();
    for (const text of ["", ".", "1e", "1_.5", "1._5", "0x1p3", "infinit", "1,5"])
      expect(parsePyFloat(text)).toBeUndefined();
  });

  it("looks at every character a few times only: in quadratic time this would take a day", () => {
    const long = 5_000_000;
    expect(parsePyFloat(`${"1".repeat(long)}x`)).toBeUndefined();
    expect(parsePyFloat(`1${" ".repeat(long)}x`)).toBeUndefined();
    expect(parsePyInt(`${"1_".repeat(long)}x`)).toBeUndefined();
    expect(pyStrip(`a${" ".repeat(long)}b`)).toHaveLength(long + 2);
    expect(pySplit(`a${" ".repeat(long)}b`)).toEqual(["a", "b"]);
  });

  it("splits at Python's white space only", () => {
    expect(pySplit(" a\u001cb\u0085c\ufeffd\u3000")).toEqual(["a", "b", "c\ufeffd"]);
    expect(pySplit(" \t")).toEqual([]);
    expect(pyStrip("\x1f x \ufeff")).toBe("x \ufeff");
  });
});
