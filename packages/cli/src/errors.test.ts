import { RunCancelledError, RunnerError, UsageError } from "@mlebench/runner";
import { expect, it } from "vitest";
import { CliUsageError, exitCodeOf } from "./errors.js";

it("derives the exit code from what kind of error it is", () => {
  expect(exitCodeOf(new CliUsageError("no such option"))).toBe(2);
  expect(exitCodeOf(new UsageError({ code: "RUNNER_LIMIT", message: "no limit" }))).toBe(2);
  expect(exitCodeOf(new RunCancelledError())).toBe(130);
  expect(exitCodeOf(new RunnerError({ code: "RUNNER_NOT_PREPARED", message: "no data" }))).toBe(1);
  expect(exitCodeOf(new Error("something else"))).toBe(1);
});
