import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonText, toJsonText } from "./json-text.js";

describe("toJsonText and parseJsonText", () => {
  it("write NaN and infinities as Python does, and only them", () => {
    const value = {
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      c: "NaN \u0000NaN\u0000",
      d: '"\u0000NaN\u0000"',
    };
    const text = toJsonText(value);
    expect(text).toBe('{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN \\u0000NaN\\u0000","d":"\\"\\u0000NaN\\u0000\\""}');
    expect(parseJsonText(text)).toEqual(value);
  });

  it("give any value back as JSON would", () => {
    const scalar = fc.oneof(
      fc.double(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(Number.NaN, Infinity, "NaN", "\u0000NaN\u0000", "\\", '\\"'),
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        scalar,
        fc.array(tie("node")),
        fc.dictionary(
          fc.string().filter((key) => key !== "__proto__"),
          tie("node"),
        ),
      ),
    })).node;
    fc.assert(
      fc.property(value, (item) => {
        expect(parseJsonText(toJsonText(item))).toEqual(normal(item));
      }),
    );
  });

  it("replace half a surrogate pair, and keep text that only looks like one", () => {
    expect(toJsonText(["\ud83d", "\\ud83d", "\\\ud83d", "😀", { "\udc00": 1 }])).toBe(
      '["\ufffd","\\\\ud83d","\\\\\ufffd","😀",{"\ufffd":1}]',
    );
  });
});

/** Minus zero is written as zero. */
function normal(value: unknown): unknown {
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
  }
  return value;
}
