import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonText, toJsonText } from "../json-text.js";
import { digestedJson, fieldDigests } from "./json-fields.js";

const Value = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.string(), fc.anything({ withNullPrototype: false, maxDepth: 3 }).filter(isJson)),
  fc.constant([{ id: "a", when: new Date(0), none: undefined, bad: Number.NaN, half: "\ud800" }]),
  fc.constant({ "\ud800": 1, 2: "b", 1: "a", __proto__: null, undefinedToo: undefined, f: () => 1 }),
);

function isJson(value: unknown): boolean {
  return typeof value !== "bigint" && !/\[object (BigInt|Symbol)/.test(safe(value));
}

function safe(value: unknown): string {
  try {
    JSON.stringify(value);
    return "";
  } catch {
    return "[object BigInt";
  }
}

describe("digestedJson", () => {
  it("writes the same text as toJsonText, whatever the value", () => {
    fc.assert(
      fc.property(Value, (value) => {
        expect(digestedJson(value).text).toBe(toJsonText(value));
      }),
    );
  });

  it("has the digests of fields that are found again in what was read", () => {
    fc.assert(
      fc.property(Value, (value) => {
        const { text, fields } = digestedJson(value);
        expect(fieldDigests(parseJsonText(text))).toEqual(new Map(fields));
      }),
    );
  });
});
