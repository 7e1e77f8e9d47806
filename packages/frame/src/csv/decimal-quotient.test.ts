import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../index.js";
import { pyFloatRepr } from "../python/float-repr.js";
import { DecimalQuotient } from "./decimal-quotient.js";

const decimal = fc.tuple(fc.bigInt({ min: 1n, max: 99_999_999_999_999_999n }), fc.integer({ min: 0, max: 22 }));

/** Digits with a point so many places from the end. */
function pointed(digits: bigint, decimals: number): string {
  const text = String(digits).padStart(decimals + 1, "0");
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

describe("decimals of up to 17 digits", () => {
  it("become the double that a correct parser gives, and know whether they are its shortest text", () => {
    const quotient = new DecimalQuotient();
    let proved = 0;
    fc.assert(
      fc.property(decimal, ([digits, decimals]) => {
        const leading = Number(digits / 10n);
        if (leading >= 2 ** 53 || !quotient.divide(leading, Number(digits % 10n), decimals)) return;
        proved += 1;
        const text = pointed(digits, decimals);
        expect(quotient.value).toBe(Number(text));
        if (digits % 10n === 0n || decimals === 0 || quotient.value < 1e-4) return;
        if (quotient.isShortest()) expect(pyFloatRepr(quotient.value)).toBe(text);
      }),
      { numRuns: 50_000 },
    );
    expect(proved).toBeGreaterThan(20_000);
  });

  it("recognise the shortest text of nearly every double", () => {
    const quotient = new DecimalQuotient();
    let recognised = 0;
    const runs = 20_000;
    fc.assert(
      fc.property(fc.double({ min: 1, max: 200, noNaN: true }), (value) => {
        const text = pyFloatRepr(value);
        const decimals = text.length - text.indexOf(".") - 1;
        const digits = BigInt(text.replace(".", ""));
        if (digits < 10n ** 15n) return;
        if (quotient.divide(Number(digits / 10n), Number(digits % 10n), decimals) && quotient.isShortest())
          recognised += 1;
      }),
      { numRuns: runs },
    );
    expect(recognised).toBeGreaterThan(runs / 2);
  });

  it("read the same in a table", () => {
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 20 }), (decimals) => {
        const texts = decimals.map(([digits, places]) => pointed(digits, places + 1));
        expect([
          ...parseCsv(`v\n${texts.join("\n")}\n`)
            .column("v")
            .numbers(),
        ]).toEqual(texts.map(Number));
      }),
    );
  });
});
