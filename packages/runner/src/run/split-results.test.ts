import type { EvalSampleSummary } from "@mlebench/eval-log";
import { mleBenchScorer } from "@mlebench/scorer";
import { expect, it } from "vitest";
import { makeRunPlan } from "../plan/run-plan.js";
import { splitResults } from "./split-results.js";

const LOW = ["leaf-classification", "aerial-cactus-identification"];
const HIGH = "stanford-covid-vaccine";
const OTHER = "spaceship-titanic";

function row(id: string, epoch: number, medal: boolean | undefined): EvalSampleSummary {
  const value = { valid_submission: true, above_median: true, any_medal: medal ?? false };
  const more = medal === undefined ? { error: "lost" } : { scores: { mle_bench_scorer: { value } } };
  return { id, epoch, input: "", target: "", ...more };
}

it("gives mean and standard error per complexity, and counts what was not scored in its own", () => {
  const plan = makeRunPlan({ competitions: [...LOW, HIGH, OTHER], epochs: 2 });
  const rows = [
    ...[1, 2].map((epoch) => row(LOW[0]!, epoch, true)),
    ...[1, 2].map((epoch) => row(LOW[1]!, epoch, false)),
    ...[1, 2].map((epoch) => row(HIGH, epoch, undefined)),
    ...[1, 2].map((epoch) => row(OTHER, epoch, true)),
  ];
  const seen = splitResults(rows, { plan, scorers: [mleBenchScorer()], epochsReducer: undefined }).map(
    ({ split, competitions, results }) => {
      const medal = results.scores.find(({ name }) => name === "any_medal")!;
      const { accuracy, stderr } = medal.metrics;
      return [split, competitions, accuracy?.value, stderr?.value, medal.unscored_samples];
    },
  );
  expect(seen).toEqual([
    ["low", 2, 0.5, 0.5, 0],
    ["high", 1, Number.NaN, Number.NaN, expect.any(Number)],
    ["all", 3, 0.5, 0.5, expect.any(Number)],
  ]);
  expect(seen[1]![4]).toBeGreaterThan(0);
});

it("says nothing of competitions that are not of the benchmark", () => {
  const plan = makeRunPlan({ competitions: [OTHER] });
  expect(splitResults([row(OTHER, 1, true)], { plan, scorers: [mleBenchScorer()], epochsReducer: undefined })).toEqual(
    [],
  );
});
