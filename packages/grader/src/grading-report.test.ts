import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregateReports, buildReport, type GradingReport, parseReport, stringifyReport } from "./grading-report.js";
import { fileTimestamp, pythonIsoFormat } from "./python-datetime.js";

const lines = { gold: 3, silver: 2, bronze: 1, median: 0, isLowerBetter: false };
const report = (score: number | null, extra: { submissionExists?: boolean; reason?: string } = {}): GradingReport =>
  buildReport({
    competitionId: "any",
    score,
    lines,
    submissionExists: true,
    submissionPath: "s.csv",
    createdAt: new Date(0),
    ...extra,
  });

describe("an aggregate report", () => {
  it("adds up what the reports say, in upstream's keys and order", () => {
    const reports = [
      report(3),
      report(2),
      report(1),
      report(0.5),
      report(Number.NaN),
      report(null, { reason: "wrong" }),
      report(null, { submissionExists: false, reason: "none" }),
    ];
    expect(Object.entries(aggregateReports(reports))).toEqual([
      ["total_runs", 7],
      ["total_runs_with_submissions", 6],
      ["total_valid_submissions", 5],
      ["total_medals", 3],
      ["total_gold_medals", 1],
      ["total_silver_medals", 1],
      ["total_bronze_medals", 1],
      ["total_above_median", 4],
      ["competition_reports", reports],
    ]);
  });
});

describe("a report as text", () => {
  it("writes scores that JSON has no words for as Python does", () => {
    expect(stringifyReport(report(Number.NaN))).toContain('    "score": NaN,\n');
    expect(stringifyReport(report(Number.NEGATIVE_INFINITY))).toContain('"score": -Infinity,');
    expect(stringifyReport(aggregateReports([report(Number.POSITIVE_INFINITY)]))).toContain('"score": Infinity,');
  });

  it("reads back what was written, whatever the reason says", () => {
    const score = fc.oneof(fc.double(), fc.constant(null), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
    const reason = fc.oneof(fc.string(), fc.constantFrom('"score": NaN,', '\n    "score": NaN,\n', '"\u0000NaN"'));
    fc.assert(
      fc.property(score, reason, (value, text) => {
        const before = aggregateReports([report(value === 0 ? 0 : value, { reason: text })]);
        expect(parseReport(stringifyReport(before))).toEqual(before);
      }),
    );
  });
});

describe("times as Python writes them", () => {
  it("have six digits of fraction, or none", () => {
    expect(pythonIsoFormat(new Date(2026, 0, 2, 3, 4, 5, 6))).toBe("2026-01-02T03:04:05.006000");
    expect(pythonIsoFormat(new Date(2026, 0, 2, 3, 4, 5))).toBe("2026-01-02T03:04:05");
  });

  it("are UTC in file names", () => {
    expect(fileTimestamp(new Date(Date.UTC(2026, 10, 24, 5, 33, 10)))).toBe("2026-11-24T05-33-10-GMT");
  });
});
