import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { registerCompetition } from "@mlebench/competitions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineGrader } from "./define-grader.js";
import { InvalidSubmissionError, MetricError } from "./errors.js";
import { gradeCsv } from "./grade-csv.js";
import { registerGrader } from "./graders.js";
import { scoreCsv } from "./score-csv.js";
import { submissionBound } from "./submission-bound.js";
import { validateSubmission } from "./validate-submission.js";

const ID = "spaceship-titanic";
const dataDir = mkdtempSync(join(tmpdir(), "grader-"));
const privateDir = join(dataDir, ID, "prepared", "private");
const PERFECT = "PassengerId,Transported\n0001_01,True\n0002_01,False\n0003_01,True\n";

let count = 0;
function submission(text: string | Uint8Array, name = "submission.csv"): string {
  const folder = join(dataDir, "runs", String(count++));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** A competition of our own whose score is whatever the function gives. */
function plugIn(id: string, score: () => number, timesSample?: number, check?: () => void): void {
  registerCompetition({
    competition: {
      id,
      name: id,
      type: "test",
      awardsMedals: false,
      prizes: null,
      answers: "private/answers.csv",
      sampleSubmission: "public/sample.csv",
      goldSubmission: "private/answers.csv",
      metric: "none",
      splits: [],
      category: null,
      sizeGB: null,
    },
    thresholds: { gold: 3, silver: 2, bronze: 1, median: 0, isLowerBetter: false, teams: null, sources: [] },
  });
  registerGrader(defineGrader({ id, timesSample, check, grade: score }));
  mkdirSync(join(dataDir, id, "prepared", "private"), { recursive: true });
  writeFileSync(join(dataDir, id, "prepared", "private", "answers.csv"), "id\n1\n");
}

beforeAll(() => {
  mkdirSync(privateDir, { recursive: true });
  writeFileSync(join(privateDir, "test.csv"), PERFECT);
});
afterAll(() => rmSync(dataDir, { recursive: true }));

describe("a report", () => {
  it("has upstream's keys in upstream's order", async () => {
    const path = submission(PERFECT);
    const createdAt = new Date(2026, 10, 24, 5, 33, 10, 123);
    const report = await gradeCsv(path, ID, { dataDir, createdAt });
    expect(Object.entries(report)).toEqual([
      ["competition_id", ID],
      ["score", 1],
      ["gold_threshold", 0.82066],
      ["silver_threshold", 0.81388],
      ["bronze_threshold", 0.80967],
      ["median_threshold", 0.79565],
      ["any_medal", true],
      ["gold_medal", true],
      ["silver_medal", false],
      ["bronze_medal", false],
      ["above_median", true],
      ["submission_exists", true],
      ["valid_submission", true],
      ["is_lower_better", false],
      ["created_at", "2026-11-24T05:33:10.123000"],
      ["submission_path", path],
    ]);
  });

  it("rounds the score to five decimals, and scoreCsv gives it whole", async () => {
    const path = submission(PERFECT.replace("0001_01,True", "0001_01,False"));
    expect((await gradeCsv(path, ID, { dataDir })).score).toBe(0.66667);
    expect(await scoreCsv(path, ID, { privateDir })).toEqual({ valid: true, score: 2 / 3, rounded: 0.66667 });
  });

  it("takes the medal lines from a leaderboard when one is given", async () => {
    const leaderboardPath = join(dataDir, "leaderboard.csv");
    writeFileSync(leaderboardPath, "teamId,score\n1,0.1\n2,0.2\n3,5\n");
    const report = await gradeCsv(submission(PERFECT), ID, { dataDir, leaderboardPath });
    expect(report).toMatchObject({
      gold_threshold: 0.1,
      median_threshold: 0.2,
      is_lower_better: true,
      any_medal: false,
    });
  });

  it.each([
    ["there is none", undefined],
    ["it has no score", "teamId\n1\n"],
    ["it has no rows", "score\n"],
    ["a score is missing", "score,x\n1,1\n,2\n"],
    ["a score is text", "score\n1\nbest\n"],
  ])("fails for a leaderboard when %s", async (what, text) => {
    const leaderboardPath = join(dataDir, `${what.replaceAll(" ", "-")}.csv`);
    if (text !== undefined) writeFileSync(leaderboardPath, text);
    await expect(gradeCsv(submission(PERFECT), ID, { dataDir, leaderboardPath })).rejects.toMatchObject({
      code: "LEADERBOARD_UNREADABLE",
    });
  });
});

describe("a submission that is no file", () => {
  const outcome = async (path: string) => {
    const { score, submission_exists, valid_submission, reason } = await gradeCsv(path, ID, { dataDir });
    return { score, submission_exists, valid_submission, reason };
  };
  const none = (reason: RegExp) => ({
    score: null,
    submission_exists: false,
    valid_submission: false,
    reason: expect.stringMatching(reason),
  });

  it("is missing", async () => {
    expect(await outcome(join(dataDir, "none.csv"))).toEqual(none(/no submission file/));
    expect(await outcome(join(submission(PERFECT), "below-a-file.csv"))).toEqual(none(/no submission file/));
  });

  it("is a folder, a link or a device", async () => {
    mkdirSync(join(dataDir, "folder.csv"));
    symlinkSync(submission(PERFECT), join(dataDir, "link.csv"));
    expect(await outcome(join(dataDir, "folder.csv"))).toEqual(none(/folder/));
    expect(await outcome(join(dataDir, "link.csv"))).toEqual(none(/link/));
    expect(await outcome("/dev/null")).toEqual(none(/not a regular file/));
  });

  it("has another name; the letter case does not matter", async () => {
    expect(await outcome(submission(PERFECT, "submission.txt"))).toEqual(none(/\.csv/));
    expect(await outcome(submission(PERFECT, "submission.CSV"))).toMatchObject({ score: 1, submission_exists: true });
  });
});

describe("a submission that cannot be scored", () => {
  const reasonOf = async (text: string | Uint8Array, maxBytes?: number) => {
    const report = await gradeCsv(submission(text), ID, { dataDir, maxBytes });
    expect(report).toMatchObject({ score: null, submission_exists: true, valid_submission: false, any_medal: false });
    return report.reason;
  };

  it("is empty", async () => {
    expect(await reasonOf("")).toMatch(/empty \(0 bytes\).*3 rows.*has 0/);
    expect(await reasonOf("\n\n")).toMatch(/has 0/);
  });

  it("is no text, or no table", async () => {
    expect(await reasonOf(Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0x81]))).toMatch(/cannot be read as CSV/);
    expect(await reasonOf('a,b\n1,2\n"open,3\n')).toMatch(/cannot be read as CSV/);
  });

  it("lacks a column, a row, or has another id", async () => {
    expect(await reasonOf(PERFECT.replace("Transported", "transported"))).toMatch(
      /column "Transported"; it has "PassengerId", "transported"/,
    );
    expect(await reasonOf(PERFECT.replace("0003_01,True\n", ""))).toMatch(/3 rows.*has 2/);
    expect(await reasonOf(PERFECT.replace("0003_01", "0009_01"))).toMatch(/"0009_01" where "0003_01"/);
  });

  it("is larger than the bound", async () => {
    expect(await reasonOf(PERFECT, 10)).toMatch(/bytes; at most 10 are read/);
    const huge = submission(PERFECT);
    truncateSync(huge, 500_000_000);
    expect((await gradeCsv(huge, ID, { dataDir })).reason).toMatch(/500000000 bytes; at most 268435456 are read/);
  });

  it("has more rows than the bound", async () => {
    const path = submission(PERFECT);
    expect(await gradeCsv(path, ID, { dataDir, maxRows: 3 })).toMatchObject({ score: 1 });
    expect(await gradeCsv(path, ID, { dataDir, maxRows: 2 })).toMatchObject({
      valid_submission: false,
      reason: "The submission has more than 2 rows; more are not read.",
    });
  });

  it("is larger than a multiple of the sample submission, which the reason has with both sizes", async () => {
    plugIn("long-sample", () => 1, 3);
    const sample = join(dataDir, "long-sample", "prepared", "public", "sample.csv");
    mkdirSync(dirname(sample), { recursive: true });
    writeFileSync(sample, "");
    truncateSync(sample, 100_000_000);
    const path = submission("id\n1\n");
    truncateSync(path, 300_000_001);
    expect(await gradeCsv(path, "long-sample", { dataDir })).toMatchObject({
      valid_submission: false,
      submission_exists: true,
      reason:
        "The submission has 300000001 bytes; at most 300000000 are read (268435456, or 3 times the 100000000 bytes of sample.csv where that is more).",
    });
    expect((await submissionBound("long-sample", { dataDir })).maxBytes).toBe(300_000_000);
    expect((await submissionBound(ID, { privateDir })).maxBytes).toBe(268_435_456);
  });

  it.each([
    ["more columns than any table has", () => `${"a,".repeat(6000)}b\n`, /6001 columns; at most 5000 are read/],
    [
      "many short fields",
      () => `${"a,".repeat(4000)}b\n`.repeat(13_000),
      /more than 50000000 fields; more are not read/,
    ],
  ])(
    "has %s, which take more memory than their bytes",
    async (_name, text, reason) => {
      expect(await reasonOf(text())).toMatch(reason);
    },
    60_000,
  );
});

describe("a score that is no ordinary number", () => {
  it("is valid, and NaN earns nothing", async () => {
    plugIn("nan-score", () => Number.NaN);
    plugIn("infinite-score", () => Number.POSITIVE_INFINITY);
    const path = submission("id\n1\n");
    expect(await gradeCsv(path, "nan-score", { dataDir })).toMatchObject({
      score: Number.NaN,
      valid_submission: true,
      any_medal: false,
      above_median: false,
    });
    expect(await gradeCsv(path, "infinite-score", { dataDir })).toMatchObject({
      score: Number.POSITIVE_INFINITY,
      gold_medal: true,
    });
  });
});

describe("a failure of ours", () => {
  it("says that a submission can't be looked at, and not that it is invalid", async () => {
    const path = `${"long".repeat(100)}.csv`;
    await expect(gradeCsv(path, ID, { dataDir })).rejects.toMatchObject({
      code: "SUBMISSION_UNREADABLE",
      message: expect.stringContaining("ENAMETOOLONG"),
    });
  });

  it("is thrown when the answers are not there", async () => {
    const error = await gradeCsv(submission(PERFECT), ID, { dataDir: join(dataDir, "nowhere") }).catch((e) => e);
    expect(error).toMatchObject({ code: "ANSWERS_UNREADABLE", hint: expect.stringContaining("mlebench prepare -c") });
  });

  it("is thrown when the answers cannot be read", async () => {
    plugIn("broken-answers", () => 1);
    writeFileSync(join(dataDir, "broken-answers", "prepared", "private", "answers.csv"), "");
    await expect(gradeCsv(submission("id\n1\n"), "broken-answers", { dataDir })).rejects.toMatchObject({
      code: "ANSWERS_UNREADABLE",
    });
  });

  it("is thrown when a grader has a defect, but a metric's refusal makes the submission invalid", async () => {
    plugIn("defect", () => {
      throw new TypeError("undefined is not a function");
    });
    plugIn("refusal", () => {
      throw new MetricError("METRIC_ONE_CLASS", "One class only.");
    });
    const path = submission("id\n1\n");
    await expect(gradeCsv(path, "defect", { dataDir })).rejects.toMatchObject({ code: "GRADER_FAILED" });
    expect(await gradeCsv(path, "refusal", { dataDir })).toMatchObject({ score: null, reason: "One class only." });
  });

  it("is thrown for an unknown competition", async () => {
    await expect(gradeCsv("a.csv", "nothing", { dataDir })).rejects.toMatchObject({ code: "COMPETITION_UNKNOWN" });
  });

  it("stops when aborted", async () => {
    const signal = AbortSignal.abort();
    await expect(gradeCsv(submission(PERFECT), ID, { dataDir, signal })).rejects.toThrow(/abort/i);
  });
});

describe("validation", () => {
  it("tells valid or the reason, never the score", async () => {
    expect(await validateSubmission(submission(PERFECT), ID, { dataDir })).toEqual({ valid: true });
    const answer = await validateSubmission(submission("a\n1\n"), ID, { dataDir });
    expect(answer).toEqual({ valid: false, reason: expect.stringMatching(/3 rows/) });
  });

  it("names a largest size that says nothing of the answers", async () => {
    const path = submission("");
    truncateSync(path, 2_000_000_000);
    const reasons = new Set<string>();
    for (const bytes of [20, 20_000_001, 500_000_000]) {
      const id = `answers-of-${bytes}`;
      plugIn(id, () => 1);
      truncateSync(join(dataDir, id, "prepared", "private", "answers.csv"), bytes);
      const result = await validateSubmission(path, id, { dataDir });
      reasons.add(result.valid ? "valid" : result.reason);
    }
    expect([...reasons]).toEqual([expect.stringMatching(/has 2000000000 bytes; at most 268435456 are read/)]);
  });

  it("asks a grader's check before it grades, and grading does not", async () => {
    const id = "checked";
    plugIn(
      id,
      () => 1,
      undefined,
      () => {
        throw new InvalidSubmissionError("A row is empty.");
      },
    );
    const path = submission("id\n1\n");
    expect(await validateSubmission(path, id, { dataDir })).toEqual({ valid: false, reason: "A row is empty." });
    expect(await scoreCsv(path, id, { dataDir })).toMatchObject({ valid: true, score: 1 });
  });

  it("leaves the submission as it is", async () => {
    const path = submission(PERFECT);
    await validateSubmission(path, ID, { dataDir });
    expect(await readFile(path, "utf8")).toBe(PERFECT);
  });
});
