import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseArguments } from "./parse-arguments.js";

describe("parseArguments", () => {
  it("reads what any JSON writer writes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (args) => {
        const text = JSON.stringify(args);
        expect(parseArguments(text, "command")).toEqual({ arguments: JSON.parse(text) });
      }),
    );
  });

  it("never throws, whatever a model writes", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."{}[]\"':,-&*!|>%@` \n\tab1") })),
        (text) => {
          const { arguments: args, parseError } = parseArguments(text, "command");
          expect(typeof args).toBe("object");
          if (!text.trim().startsWith("{")) expect(parseError).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ["ls -la", "ls -la"],
    ["  echo hi  ", "echo hi"],
    ["cd /x && python a.py", "cd /x && python a.py"],
    ['"quoted"', "quoted"],
    ["3", 3],
    ["3.5", 3.5],
    ["true", true],
    ["yes", true],
    ["Off", false],
    ["y", "y"],
    ["n", "n"],
    ["~", null],
    ["1e3", "1e3"],
    ["1.5e+3", 1500],
    ["-0x1f", -31],
    ["010", 8],
    ["0", 0],
    ["08", "08"],
    ["1_000", 1000],
    ["0b101", 5],
    ["1:30", 90],
    ["2020-01-01", "2020-01-01"],
    ["[y, no]", ["y", false]],
    ["|\n a\n b", "a\nb\n"],
    ["", null],
    ["[1, 2]", [1, 2]],
    ["a: b: c", "a: b: c"],
    ["@broken", "@broken"],
    ["! test -f x", "! test -f x"],
  ])("takes %j for the first parameter", (text, value) => {
    expect(parseArguments(text, "command")).toEqual({ arguments: { command: value } });
  });

  it("ignores text for a tool without parameters", () => {
    expect(parseArguments("whatever", undefined)).toEqual({ arguments: {} });
  });

  it("forgives quotes after the closing brace", () => {
    for (const tail of ['"', "'", '""', ' "\n', '"}"'.slice(0, 1)]) {
      expect(parseArguments(`{"command": "ls"}${tail}`, "command")).toEqual({ arguments: { command: "ls" } });
    }
  });

  it("echoes what it cannot read, shortened in the middle", () => {
    expect(parseArguments('{"command": ', "command").parseError).toContain('{"command":');
    const { parseError } = parseArguments(`{"command": "${"x".repeat(100_000)}`, "command");
    expect(parseError!.length).toBeLessThan(17_000);
    expect(parseError).toContain("100013 bytes");
  });

  it("refuses what is nested more than 100 deep, and survives what is nested a million deep", () => {
    const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(parseArguments(nested(100), "a").parseError).toBeUndefined();
    expect(parseArguments(nested(102), "a").parseError).toMatch(/nested/);
    expect(parseArguments(nested(1_000_000), "a").parseError).toBeDefined();
    expect(parseArguments("[".repeat(1_000_000), "a").arguments).toBeDefined();
  });
});
