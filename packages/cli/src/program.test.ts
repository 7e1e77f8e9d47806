import { describe, expect, it } from "vitest";
import { makeProgram } from "./program.js";

describe("the program", () => {
  it("has the commands of the benchmark's users", () => {
    const names = makeProgram({}).commands.map((command) => command.name());
    for (const name of [
      "run",
      "eval-set",
      "prepare",
      "grade",
      "grade-sample",
      "list",
      "tos",
      "image",
      "view",
      "log",
      "score",
      "sandbox",
      "doctor",
      "data",
    ]) {
      expect(names).toContain(name);
    }
  });

  it("takes options from MLEBENCH_ variables first and then from Inspect's", () => {
    const envOf = (env: NodeJS.ProcessEnv, command: string, flag: string): string | undefined =>
      makeProgram(env)
        .commands.find((each) => each.name() === command)
        ?.options.find((option) => option.long === flag)?.envVar;
    expect(envOf({}, "run", "--model")).toBe("MLEBENCH_MODEL");
    expect(envOf({ INSPECT_EVAL_MODEL: "a/b" }, "run", "--model")).toBe("INSPECT_EVAL_MODEL");
    expect(envOf({ INSPECT_EVAL_MODEL: "a/b", MLEBENCH_MODEL: "c/d" }, "run", "--model")).toBe("MLEBENCH_MODEL");
    expect(envOf({ INSPECT_LOG_DIR: "x" }, "run", "--log-dir")).toBe("INSPECT_LOG_DIR");
    expect(envOf({ INSPECT_EVAL_NO_FAIL_ON_ERROR: "false" }, "run", "--no-fail-on-error")).toBeUndefined();
    expect(envOf({ INSPECT_EVAL_NO_FAIL_ON_ERROR: "true" }, "run", "--no-fail-on-error")).toBe(
      "INSPECT_EVAL_NO_FAIL_ON_ERROR",
    );
  });
});
