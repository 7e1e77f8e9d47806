import { describe, expect, it } from "vitest";
import { type ToolParameters, validateArguments, withDefaults } from "./validate-arguments.js";

const parameters: ToolParameters = {
  type: "object",
  properties: {
    command: { type: "string", minLength: 1 },
    times: { type: "integer", minimum: 1, maximum: 3, default: 1 },
    mode: { type: "string", enum: ["fast", "slow"] },
    tags: { type: "array", items: { type: "string" }, maxItems: 2 },
    maybe: { anyOf: [{ type: "number" }, { type: "null" }] },
  },
  required: ["command"],
  additionalProperties: false,
};

describe("validateArguments", () => {
  it.each([
    { command: "ls" },
    { command: "ls", times: 2, mode: "fast", tags: ["a"], maybe: null },
    { command: "ls", maybe: 0.5 },
  ])("accepts %j", (args) => {
    expect(validateArguments(args, parameters)).toBeUndefined();
  });

  it.each([
    [{}, "'command' is a required property"],
    [{ command: null }, "None is not of type 'string'"],
    [{ command: true }, "True is not of type 'string'"],
    [{ command: ["it's"] }, `["it's"] is not of type 'string'`],
    [{ command: { a: 1 } }, "{'a': 1} is not of type 'string'"],
    [{ command: "" }, "'' is too short"],
    [{ command: "ls", times: 2.5 }, "2.5 is not of type 'integer'"],
    [{ command: "ls", times: 4 }, "4 is greater than the maximum of 3"],
    [{ command: "ls", times: 0 }, "0 is less than the minimum of 1"],
    [{ command: "ls", mode: "odd" }, "'odd' is not one of ['fast', 'slow']"],
    [{ command: "ls", tags: ["a", 1] }, "1 is not of type 'string'"],
    [{ command: "ls", tags: ["a", "b", "c"] }, "['a', 'b', 'c'] is too long"],
    [{ command: "ls", maybe: "x" }, "'x' is not valid under any of the given schemas"],
    [{ command: "ls", cmd: 1, x: 2 }, "Additional properties are not allowed ('cmd', 'x' were unexpected)"],
    ["ls", "'ls' is not of type 'object'"],
  ])("says of %j what is wrong", (args, message) => {
    expect(validateArguments(args, parameters)).toBe(
      `Found 1 validation errors parsing tool input arguments:\n- ${message}`,
    );
  });

  it("does not take inherited names for arguments", () => {
    expect(validateArguments(JSON.parse('{"command": "ls", "__proto__": 1}'), parameters)).toContain("__proto__");
    expect(validateArguments({ command: "ls", toString: 1 }, parameters)).toContain("toString");
  });
});

describe("withDefaults", () => {
  it("fills in what is missing only", () => {
    expect(withDefaults({ command: "ls" }, parameters)).toEqual({ command: "ls", times: 1 });
    expect(withDefaults({ command: "ls", times: 3 }, parameters)).toEqual({ command: "ls", times: 3 });
  });
});
