import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep } from "@mlebench/base";
import { registerCompetition } from "@mlebench/competitions";
import { TOY_THRESHOLDS, toyCompetition } from "@mlebench/competitions/testing";
import { defineGrader, registerGrader } from "@mlebench/grader";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadPlugIn } from "../plug-in/load-plug-in.js";
import { GradingError, gradeBounded, validateBounded } from "./bounded-grading.js";

const PLUG_IN = fileURLToPath(new URL("../test-support/misbehaving-plug-in.mjs", import.meta.url));
let directory: string;
let submission: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mlebench-grading-"));
  submission = join(directory, "submission.csv");
  for (const name of ["submission.csv", "test.csv"]) await writeFile(join(directory, name), "id,y\n1,0\n2,1\n");
  await loadPlugIn(PLUG_IN);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function grade(id: string, limits: { gradingTimeoutSeconds?: number; gradingMemoryMiB?: number } = {}) {
  return gradeBounded(submission, id, { privateDir: directory, gradingTimeoutSeconds: 30, ...limits });
}

describe("grading in bounds", () => {
  it.each(["bad-endless", "bad-waiting"])("ends a grader that never ends (%s), and says which option", async (id) => {
    const grading = grade(id, { gradingTimeoutSeconds: 2 });
    await expect(grading).rejects.toMatchObject({
      code: "RUNNER_GRADING_TIME",
      message: expect.stringContaining("more than 2 seconds"),
      hint: expect.stringContaining("--grading-timeout"),
    });
    await expect(grading).rejects.toBeInstanceOf(GradingError);
  });

  it("takes a time limit of more days than a timer of Node can hold", async () => {
    const gradingTimeoutSeconds = 60 * 86_400;
    registerTest("here-pauses", async () => {
      await sleep(100);
      return 1;
    });
    expect((await grade("good-environment", { gradingTimeoutSeconds })).score).toBe(1);
    expect((await grade("here-pauses", { gradingTimeoutSeconds })).score).toBe(1);
  });

  it.each(["bad-heap", "bad-buffers"])("ends a grader that allocates without end (%s)", async (id) => {
    await expect(grade(id, { gradingMemoryMiB: 256 })).rejects.toMatchObject({ code: "RUNNER_GRADING_MEMORY" });
  });

  it("survives a grader that ends its process", async () => {
    await expect(grade("bad-exit")).rejects.toMatchObject({
      code: "RUNNER_GRADING_CRASH",
      message: expect.stringContaining("exit code 7"),
    });
  });

  it("never shows a grader a submission that is larger than is read: it is invalid, with the numbers", async () => {
    const huge = join(directory, "huge.csv");
    await writeFile(huge, "id,y\n");
    await truncate(huge, 300_000_000);
    const limits = { privateDir: directory, gradingTimeoutSeconds: 30 };
    const reason = expect.stringMatching(/300000000 bytes; at most 268435456 are read/);
    expect(await gradeBounded(huge, "bad-exit", limits)).toMatchObject({
      valid_submission: false,
      score: null,
      reason,
    });
    expect(await validateBounded(huge, "bad-exit", limits)).toMatchObject({ valid: false, reason });
  });

  it("passes on what a grader throws, with its stack", async () => {
    const error: unknown = await grade("bad-throw").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "GRADER_FAILED", cause: expect.objectContaining({ name: "Error" }) });
    expect(error instanceof Error && error.cause instanceof Error && error.cause.stack).toContain(
      "the grader is broken",
    );
  });

  it("ends a check of the validation endpoint as well", async () => {
    const check = validateBounded(submission, "bad-endless", { privateDir: directory, validationTimeoutSeconds: 2 });
    await expect(check).rejects.toMatchObject({ code: "RUNNER_GRADING_TIME" });
  });

  it("ends a grader that never would when the run is cancelled", async () => {
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(new Error("enough")), 500);
    const grading = gradeBounded(submission, "bad-endless", { privateDir: directory, signal: cancelled.signal });
    await expect(grading).rejects.toThrow("enough");
  });

  it("gives scores that JSON has no word for, and the medal lines of the plug-in", async () => {
    const report = await grade("good-nan");
    expect(report.score).toBeNaN();
    expect(report.gold_threshold).toBe(0.9);
  });

  it("keeps keys of the environment from graders", async () => {
    vi.stubEnv("OPENAI_API_KEY", "secret");
    expect((await grade("good-environment")).score).toBe(1);
    vi.unstubAllEnvs();
  });

  it("runs a grader of the calling program here, and gives up one that only waits", async () => {
    registerTest("here-sums", ({ submission: table }) => table.height / 2);
    registerTest("here-waits", () => new Promise<number>(() => undefined));
    expect((await grade("here-sums")).score).toBe(1);
    await expect(grade("here-waits", { gradingTimeoutSeconds: 1 })).rejects.toMatchObject({
      code: "RUNNER_GRADING_TIME",
    });
  });
});

function registerTest(id: string, grader: Parameters<typeof defineGrader>[0]["grade"]): void {
  registerCompetition({
    competition: toyCompetition(id),
    thresholds: TOY_THRESHOLDS,
  });
  registerGrader(defineGrader({ id, grade: grader }));
}
