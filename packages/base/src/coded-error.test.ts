import { expect, it } from "vitest";
import { CodedError } from "./coded-error.js";

class ToolsError extends CodedError<"TOOL_LOST" | "TOOL_BROKEN"> {
  static override readonly packageName = "@example/tools";
}

class LostError extends ToolsError {
  constructor() {
    super({ code: "TOOL_LOST", message: "The hammer is lost.", hint: "Look under the bench.", cause: "night" });
  }
}

class BrokenError extends ToolsError {}

/** The same classes from a second copy of the package. */
function copiedClasses() {
  class ToolsError extends CodedError {
    static override readonly packageName = "@example/tools";
  }
  class LostError extends ToolsError {}
  return { ToolsError, LostError };
}

it("carries code, message, hint, cause and the name of its class", () => {
  const error = new LostError();
  expect(error).toMatchObject({
    name: "LostError",
    code: "TOOL_LOST",
    message: "The hammer is lost.",
    hint: "Look under the bench.",
    cause: "night",
    kind: "failure",
  });
  expect(Object.keys(new BrokenError({ code: "TOOL_BROKEN", message: "" }))).not.toContain("cause");
});

it("knows errors of its class and of those derived from it", () => {
  const error: unknown = new LostError();
  expect([CodedError.is(error), ToolsError.is(error), LostError.is(error), BrokenError.is(error)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect([null, undefined, "TOOL_LOST", {}, new Error("x")].some((value) => CodedError.is(value))).toBe(false);
});

it("knows errors of another copy of the package, class by class", () => {
  const copy = copiedClasses();
  const error: unknown = new copy.LostError({ code: "TOOL_LOST", message: "" });
  expect(error instanceof LostError).toBe(false);
  expect([ToolsError.is(error), LostError.is(error), BrokenError.is(error)]).toEqual([true, true, false]);
});

it("does not take a class of the same name of another package for its own", () => {
  class ToolsError extends CodedError {
    static override readonly packageName = "@example/other";
  }
  expect(ToolsError.is(new LostError())).toBe(false);
});
