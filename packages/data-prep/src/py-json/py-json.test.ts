import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonObject } from "./json-object.js";
import { PyFloat, type PyJson, parsePyJson, pyFloat, readPyJson } from "./parse-py-json.js";
import { toPyJson, writePyJson } from "./write-py-json.js";

/** The text after a round trip. */
const again = (text: string | Uint8Array, options?: Parameters<typeof toPyJson>[1]) =>
  toPyJson(parsePyJson(text), options);

describe("Python's JSON", () => {
  it("keeps ints and floats apart, of any size", () => {
    const text = "[0, -0, 1, 1.0, 1e0, -0.0, 1E5, 1e16, 1e-7, 0.1, 123456789012345678901234567890, 5e-324, 1e400]";
    // python3 -c "import json; print(json.dumps(json.loads(...)))"
    expect(again(text)).toBe(
      "[0, 0, 1, 1.0, 1.0, -0.0, 100000.0, 1e+16, 1e-07, 0.1, 123456789012345678901234567890, 5e-324, Infinity]",
    );
    expect(again("[9007199254740992, 9007199254740993, NaN, -Infinity, Infinity]")).toBe(
      "[9007199254740992, 9007199254740993, NaN, -Infinity, Infinity]",
    );
  });

  it("keeps the order of keys, also of keys that look like numbers, and the last of equal keys in the first's place", () => {
    expect(again('{"b": 1, "10": 2, "9": 3, "a": 4, "b": 5}')).toBe('{"b": 5, "10": 2, "9": 3, "a": 4}');
    expect(again('{"__proto__": 1, "constructor": 2}')).toBe('{"__proto__": 1, "constructor": 2}');
  });

  it("sorts keys by code point and indents as json.dump(indent=4, sort_keys=True)", () => {
    const text = '{"b": [], "a": {}, "\\ud83d\\ude00": [1, [2], {"z": null}], "\\uffff": true}';
    expect(again(text, { indent: 4, sortKeys: true })).toBe(
      [
        "{",
        '    "a": {},',
        '    "b": [],',
        '    "\\uffff": true,',
        '    "\\ud83d\\ude00": [',
        "        1,",
        "        [",
        "            2",
        "        ],",
        "        {",
        '            "z": null',
        "        }",
        "    ]",
        "}",
      ].join("\n"),
    );
  });

  it("escapes all but printable ASCII", () => {
    const text = '"\\"\\\\/\\b\\f\\n\\r\\t\u007fé😀\\u0000 ~"';
    expect(again(text)).toBe('"\\"\\\\/\\b\\f\\n\\r\\t\\u007f\\u00e9\\ud83d\\ude00\\u0000 ~"');
    expect(again('"\\ud800"')).toBe('"\\ud800"');
  });

  it("decodes latin-1 when told to", () => {
    expect(parsePyJson(Buffer.from('"é"', "utf8"), { encoding: "latin1" })).toBe("Ã©");
  });

  it.each(["", "[1,]", '{"a" 1}', "[1 2]", '"a', "01", "1.", "-", "nul", "[1] 2", '"\\x"', '"a\nb"', "{1: 2}", "+1"])(
    "refuses %j as Python does",
    (text) => {
      expect(() => parsePyJson(text)).toThrow("Invalid JSON");
    },
  );

  it("round-trips what JSON.parse understands", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(again(text))).toEqual(JSON.parse(text));
        expect(JSON.parse(again(text, { indent: 2 }))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("reads and writes files", async () => {
    const directory = mkdtempSync(join(tmpdir(), "mlebench-json-"));
    try {
      writeFileSync(join(directory, "a.json"), '{"images": [{"id": 1, "rate": 0.50}]}');
      const value = await readPyJson(join(directory, "a.json"));
      await writePyJson(join(directory, "b.json"), value);
      expect(readFileSync(join(directory, "b.json"), "utf8")).toBe('{"images": [{"id": 1, "rate": 0.5}]}');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("JsonObject", () => {
  it("changes, picks and omits without touching the original", () => {
    const object = parsePyJson('{"id": 1, "name": "a", "rate": 2.0}') as JsonObject;
    expect(toPyJson(object.with({ name: "b", extra: true }))).toBe(
      '{"id": 1, "name": "b", "rate": 2.0, "extra": true}',
    );
    expect(toPyJson(object.pick(["rate", "nothing", "id"]))).toBe('{"rate": 2.0, "id": 1}');
    expect(toPyJson(object.omit(["id"]))).toBe('{"name": "a", "rate": 2.0}');
    expect(toPyJson(object)).toBe('{"id": 1, "name": "a", "rate": 2.0}');
    expect([object.has("id"), object.has("x"), object.get("x"), object.size]).toEqual([true, false, undefined, 3]);
  });

  it("holds thousands of keys in order", () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `${3000 - i}`);
    const object = JsonObject.from(keys.map((key): [string, PyJson] => [key, Number(key)]));
    expect(object.keys()).toEqual(keys);
    object.set("1500", "changed");
    expect(object.keys()).toEqual(keys);
    expect([object.get("1500"), object.get("7"), object.size]).toEqual(["changed", 7, 3000]);
  });

  it("marks floats without a fraction", () => {
    expect([pyFloat(2), pyFloat(0.5)]).toEqual([new PyFloat(2), 0.5]);
  });
});
