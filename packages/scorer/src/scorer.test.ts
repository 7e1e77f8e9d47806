import type { GradingReport } from "@mlebench/grader";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  bootstrapStderr,
  ci,
  evalResults,
  leaderboardMarkdown,
  leaderboardTable,
  metricByName,
  mleBenchScore,
  mleBenchScorer,
  parseReducer,
  reportsOfSamples,
  runsOfEpochs,
  type Score,
  scorerSpecs,
  stderr,
  summariseRuns,
  unscored,
  upstreamGradingReport,
} from "./index.js";

function report(competition: string, changes: Partial<GradingReport> = {}): GradingReport {
  return {
    competition_id: competition,
    score: 0.8,
    gold_threshold: 0.9,
    silver_threshold: 0.85,
    bronze_threshold: 0.82,
    median_threshold: 0.7,
    any_medal: false,
    gold_medal: false,
    silver_medal: false,
    bronze_medal: false,
    above_median: true,
    submission_exists: true,
    valid_submission: true,
    is_lower_better: false,
    created_at: "2026-11-23T23:07:23.000001",
    submission_path: "submission.csv",
    ...changes,
  };
}

const BRONZE = { any_medal: true, bronze_medal: true };
const INVALID = { score: null, above_median: false, valid_submission: false, reason: "Column id is missing." };

function scored(id: string, epoch: number, changes: Partial<GradingReport> = {}) {
  return { id, epoch, scores: { mle_bench_scorer: mleBenchScore(report(id, changes)) } };
}

describe("mleBenchScorer", () => {
  it("gives three booleans, the report as metadata and its text as explanation", async () => {
    const score = await mleBenchScorer().score({ sampleId: "a", epoch: 1, report: report("a", BRONZE) });
    expect(score.value).toEqual({ valid_submission: true, above_median: true, any_medal: true });
    expect(score.metadata).toEqual(report("a", BRONZE));
    expect(score.explanation).toContain("score 0.8, above the median, bronze medal");
  });

  it("says why a submission is invalid", () => {
    expect(mleBenchScore(report("a", INVALID)).explanation).toContain("Column id is missing.");
    expect(mleBenchScore(report("a", { ...INVALID, submission_exists: false })).explanation).toContain("no submission");
  });

  it("describes itself for the spec of a log", () => {
    expect(scorerSpecs([mleBenchScorer()])).toEqual([
      {
        name: "mle_bench_scorer",
        options: {},
        metadata: {},
        metrics: Object.fromEntries(
          ["valid_submission", "above_median", "any_medal"].map((key) => [
            key,
            [
              { name: "inspect_ai/accuracy", options: {} },
              { name: "inspect_ai/stderr", options: {} },
            ],
          ]),
        ),
      },
    ]);
  });
});

describe("evalResults", () => {
  it("gives the rows, reductions and headline of a reference run of two competitions and two epochs", () => {
    const samples = [1, 2].flatMap((epoch) => [
      scored("spaceship-titanic", epoch),
      scored("leaf-classification", epoch, INVALID),
    ]);
    const { results, reductions } = evalResults(samples);
    const row = (name: string, value: number, error: number) => ({
      name,
      scorer: "mle_bench_scorer",
      scored_samples: 2,
      unscored_samples: 0,
      params: {},
      metrics: {
        accuracy: { name: "accuracy", value, params: {} },
        stderr: { name: "stderr", value: error, params: {} },
      },
    });
    expect(results).toEqual({
      total_samples: 4,
      completed_samples: 4,
      scores: [row("valid_submission", 0.5, 0.5), row("above_median", 0.5, 0.5), row("any_medal", 0, 0)],
      headline: { scorer: "mle_bench_scorer", score: "valid_submission", metric: "accuracy" },
      metadata: { errored_samples: 0 },
    });
    expect(reductions).toHaveLength(1);
    expect(reductions[0]?.reducer).toBeUndefined();
    expect(reductions[0]?.samples.map(({ sample_id, value }) => ({ sample_id, value }))).toEqual([
      { sample_id: "spaceship-titanic", value: { valid_submission: 1, above_median: 1, any_medal: 0 } },
      { sample_id: "leaf-classification", value: { valid_submission: 0, above_median: 0, any_medal: 0 } },
    ]);
  });

  it("counts a sample that ended in an error instead of dropping it", () => {
    const { results, reductions } = evalResults([scored("a", 1), { id: "b", epoch: 1, error: { message: "boom" } }]);
    expect(results).toMatchObject({ total_samples: 2, completed_samples: 1, metadata: { errored_samples: 1 } });
    expect(results.scores[0]).toMatchObject({
      scored_samples: 1,
      unscored_samples: 1,
      metrics: { accuracy: { value: 1 }, stderr: { value: 0 } },
    });
    expect(reductions[0]?.samples.map(({ sample_id }) => sample_id)).toEqual(["a"]);
  });

  it("says NaN, not zero, when nothing was scored", () => {
    const { results } = evalResults([{ id: "a", epoch: 1, scores: { mle_bench_scorer: unscored("grader failed") } }]);
    expect(results.scores.map(({ name, unscored_samples }) => [name, unscored_samples])).toEqual([
      ["valid_submission", 1],
      ["above_median", 1],
      ["any_medal", 1],
    ]);
    expect(results.scores[0]?.metrics["accuracy"]?.value).toBeNaN();
  });

  it("takes the scored epochs of a competition whose other epoch failed", () => {
    const { results } = evalResults([
      scored("a", 1, BRONZE),
      { id: "a", epoch: 2, error: "boom" },
      scored("b", 1),
      scored("b", 2),
    ]);
    expect(results.scores[2]).toMatchObject({ name: "any_medal", scored_samples: 2, unscored_samples: 0 });
    expect(results.scores[2]?.metrics["accuracy"]?.value).toBe(0.5);
  });

  it("names the reducers that were asked for, one block of rows each", () => {
    const samples = [scored("a", 1, BRONZE), scored("a", 2)];
    const { results, reductions } = evalResults(samples, { reducers: ["max", "pass_at_2"] });
    expect(results.scores.map(({ name, reducer }) => `${reducer} ${name}`)).toEqual([
      "max valid_submission",
      "max above_median",
      "max any_medal",
      "pass_at_2 valid_submission",
      "pass_at_2 above_median",
      "pass_at_2 any_medal",
    ]);
    expect(reductions.map(({ reducer }) => reducer)).toEqual(["max", "pass_at_2"]);
    expect(results.headline).toMatchObject({ score: "valid_submission", reducer: "max" });
  });

  it("keeps every epoch as a row when reducing is switched off", () => {
    const { results, reductions } = evalResults([scored("a", 1, BRONZE), scored("a", 2)], { reducers: null });
    expect(results.scores[2]).toMatchObject({
      scored_samples: 2,
      metrics: { accuracy: { value: 0.5 }, stderr: { value: 0.5 } },
    });
    expect(reductions).toEqual([]);
  });

  it("gives custom scorers rows of their own, and those nobody declared", () => {
    const score: Score = { value: { quality: 0.5, style: 1 } };
    const plain: Score = { value: 0.25 };
    const { results } = evalResults([{ id: "a", epoch: 1, scores: { custom: score, other: plain } }], {
      scorers: [{ name: "custom", metrics: { quality: [accuracy(), ci()], "*": [accuracy()] } }],
      headline: { scorer: "custom", score: "style" },
    });
    expect(results.scores.map(({ name, scorer }) => [scorer, name])).toEqual([
      ["custom", "quality"],
      ["custom", "style"],
      ["other", "other"],
    ]);
    expect(results.scores[0]?.metrics["ci_lower"]).toEqual({ name: "lower", group: "ci", value: 0.5, params: {} });
    expect(results.headline).toEqual({ scorer: "custom", score: "style", metric: "accuracy" });
  });

  it("names the sample that lacks a key", () => {
    expect(() =>
      evalResults([{ id: "a", epoch: 1, scores: { mle_bench_scorer: { value: { any_medal: true } } } }]),
    ).toThrow(/valid_submission.*sample a/);
  });
});

describe("reducers", () => {
  it("refuse a name that is none, with the names there are", () => {
    expect(() => parseReducer("toString")).toThrow(
      expect.objectContaining({ code: "SCORER_UNKNOWN_REDUCER", kind: "usage" }),
    );
    expect(() => parseReducer("pass_at")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("pass_at_{k}") }),
    );
  });

  it("refuse more epochs than the run has", () => {
    expect(() => parseReducer("pass_at_3", { epochs: 2 })).toThrow(
      expect.objectContaining({ code: "SCORER_REDUCER_NEEDS_EPOCHS", kind: "usage" }),
    );
  });

  it("keep what all epochs agree on, and record the votes of a majority", () => {
    const scores: Score[] = [
      { value: true, explanation: "same", answer: "x", metadata: { first: 1 } },
      { value: true, explanation: "same", answer: "y" },
      unscored("no grader"),
    ];
    const reduced = parseReducer("majority").reduce(scores.map((score) => ({ ...score, explanation: "same" })));
    expect(reduced).toMatchObject({ value: true, explanation: "same", metadata: { first: 1 } });
    expect(reduced).not.toHaveProperty("answer");
    expect(reduced.metadata?.["panel"]).toMatchObject({ votes: [true, true, null], size: 3, failures: [{ index: 2 }] });
  });

  it("refuse epochs whose values have different keys", () => {
    expect(() => parseReducer("mean").reduce([{ value: { a: 1 } }, { value: { b: 1 } }])).toThrow(
      expect.objectContaining({ code: "SCORER_MIXED_VALUES" }),
    );
  });
});

describe("metrics", () => {
  it("are found by the names that Inspect has for them", () => {
    expect(["accuracy", "stderr", "var", "ci_wilson"].map((name) => metricByName(name).name)).toEqual([
      "accuracy",
      "stderr",
      "var",
      "ci_wilson",
    ]);
    expect(() => metricByName("toString")).toThrow(/no metric "toString"/);
  });

  const scores = [0, 1, 1, 0, 1].map((value) => ({ score: { value } }));

  it("bootstrap comes near the standard error of the mean (with n, not n - 1)", () => {
    let state = 1;
    const random = () => {
      state = (state * 16807) % 2147483647;
      return state / 2147483647;
    };
    const value = bootstrapStderr({ resamples: 20_000, random }).compute(scores);
    expect(value).toBeCloseTo(Math.sqrt(0.24 / 5), 2);
  });

  it("refuse clusters that samples do not name", () => {
    expect(() => stderr({ cluster: "family" }).compute(scores)).toThrow(
      expect.objectContaining({ code: "SCORER_NO_CLUSTER" }),
    );
  });
});

describe("summariseRuns", () => {
  const splits = { low: ["a", "b"], high: ["c"] };

  it("gives mean and standard error over runs of each run's percentage", () => {
    const runs = [
      { reports: [report("a", BRONZE), report("b"), report("c")] },
      { reports: [report("a", BRONZE), report("b", BRONZE), report("c")] },
      { reports: [report("a"), report("b"), report("c")] },
    ];
    const [low, high] = summariseRuns(runs, { splits }).splits;
    expect(low?.shares?.any_medal).toEqual({ mean: 50, standardError: 50 / Math.sqrt(3), perRun: [50, 100, 0] });
    expect(low?.shares?.above_median.mean).toBe(100);
    expect(high?.shares?.any_medal).toEqual({ mean: 0, standardError: 0, perRun: [0, 0, 0] });
  });

  it("counts only the seeds that all competitions have, or pads what is missing", () => {
    const runs = [{ reports: [report("a", BRONZE), report("b", BRONZE)] }, { reports: [report("a", BRONZE)] }];
    expect(summariseRuns(runs, { splits }).splits[0]).toMatchObject({
      seeds: 1,
      paddedReports: 0,
      unusedReports: 1,
      shares: { any_medal: { mean: 100, standardError: 0 } },
    });
    expect(summariseRuns(runs, { splits, padMissing: true }).splits[0]).toMatchObject({
      seeds: 2,
      paddedReports: 1,
      unusedReports: 0,
      shares: { any_medal: { mean: 75, perRun: [100, 50] } },
    });
  });

  it("takes the k-th report of a competition as its seed k, whichever run it stands in", () => {
    const runs = [{ reports: [report("a", BRONZE)] }, { reports: [report("b", BRONZE)] }];
    expect(summariseRuns(runs, { splits }).splits[0]?.shares?.any_medal.perRun).toEqual([100]);
  });

  it("has no result for a split of which a competition lacks any report, unless it is padded", () => {
    const runs = [{ reports: [report("a", BRONZE)] }];
    const plain = summariseRuns(runs, { splits });
    expect(plain.splits[0]).toMatchObject({ withoutReports: ["b"], seeds: 0 });
    expect(plain.splits[0]?.shares).toBeUndefined();
    const table = leaderboardTable([{ label: "agent", summary: plain }]);
    expect(table.rows).toEqual([["agent", "–*", "–", "1"]]);
    expect(table.notes).toEqual([
      "agent, low: 1 of 2 competitions have no report (b): no result unless missing reports count as no submission.",
    ]);
    const padded = summariseRuns(runs, { splits, padMissing: true });
    expect(padded.splits[1]?.shares).toBeUndefined();
    expect(leaderboardMarkdown(leaderboardTable([{ label: "agent", summary: padded }])).split("\n")).toEqual([
      "|  | low (%) | high (%) | runs |",
      "|---|---|---|---|",
      "| agent | 50.0 ± 0.0* | – | 1 |",
      "",
      "\\* agent, low: 1 of 2 reports are missing and count as no submission.",
    ]);
  });

  it("refuses two reports of a competition in one run, and no runs", () => {
    expect(() => summariseRuns([{ reports: [report("a"), report("a")] }], { splits })).toThrow(/two reports of a/);
    expect(() => summariseRuns([], { splits })).toThrow(expect.objectContaining({ code: "SCORER_NO_RUNS" }));
  });

  it("takes the epochs of a log as runs", () => {
    const samples = [scored("a", 2), scored("a", 1, BRONZE), { id: "a", epoch: 3, error: "boom" }];
    const runs = runsOfEpochs(reportsOfSamples(samples));
    expect(runs.map(({ label, reports }) => [label, reports.map(({ any_medal }) => any_medal)])).toEqual([
      ["epoch 1", [true]],
      ["epoch 2", [false]],
    ]);
  });
});

describe("upstreamGradingReport", () => {
  it("has upstream's keys in upstream's order and sums up", () => {
    const reports = [
      report("a", { any_medal: true, gold_medal: true }),
      report("b", INVALID),
      report("c", { ...INVALID, submission_exists: false }),
    ];
    const aggregate = upstreamGradingReport(reports);
    expect(Object.entries(aggregate).slice(0, 8)).toEqual([
      ["total_runs", 3],
      ["total_runs_with_submissions", 2],
      ["total_valid_submissions", 1],
      ["total_medals", 1],
      ["total_gold_medals", 1],
      ["total_silver_medals", 0],
      ["total_bronze_medals", 0],
      ["total_above_median", 1],
    ]);
    expect(Object.keys(aggregate.competition_reports[1] ?? {})).toEqual(Object.keys(report("b")));
  });

  it("reads the reports of Inspect's own logs, which have them in the explanation", () => {
    const explanation = JSON.stringify(report("a", BRONZE));
    const samples = [{ id: "a", epoch: 1, scores: { mle_bench_scorer: { value: { any_medal: true }, explanation } } }];
    expect(reportsOfSamples(samples)).toEqual([{ id: "a", epoch: 1, report: report("a", BRONZE) }]);
  });
});
