import type { RunResult } from "@mlebench/runner";
import { expect, it } from "vitest";
import { formatResults } from "./results-table.js";

type Results = NonNullable<RunResult["results"]>;

function results(accuracy: number, stderr: number, unscored: number): Results {
  const metric = (name: string, value: number) => ({ name, value, params: {} });
  return {
    total_samples: 4,
    completed_samples: 4 - unscored,
    scores: [
      {
        name: "any_medal",
        scorer: "mle_bench_scorer",
        scored_samples: 4 - unscored,
        unscored_samples: unscored,
        params: {},
        metrics: { accuracy: metric("accuracy", accuracy), stderr: metric("stderr", stderr) },
      },
    ],
    metadata: { errored_samples: unscored },
  };
}

it("closes with both counts, the protocol, and mean and standard error per split", () => {
  const result: RunResult = {
    status: "success",
    task: "mle_bench_full",
    model: "mock/model",
    protocol: "quick",
    logPath: "logs/x.eval",
    artifactsDirectory: "logs/x",
    samples: [],
    totalSamples: 4,
    finishedSamples: 3,
    erroredSamples: 1,
    missingSamples: 0,
    results: results(0.5, 0.25, 1),
    splits: [
      { split: "low", competitions: 3, results: results(2 / 3, 1 / 3, 0) },
      { split: "high", competitions: 1, results: results(Number.NaN, Number.NaN, 1) },
      { split: "all", competitions: 4, results: results(0.5, 0.25, 1) },
    ],
    exitCode: 1,
  };
  const text = formatResults(result);
  expect(text).toContain("3 of 4 samples finished, 1 with an error, 0 not run; protocol quick");
  expect(text).toMatch(/any_medal +0\.500 +0\.250 +3 +1/);
  expect(text).toMatch(/low +3 +0\.667 ± 0\.333 +0\n/);
  expect(text).toMatch(/high +1 +- ± - +1\n/);
  expect(text).toMatch(/all +4 +0\.500 ± 0\.250 +1\n/);
});
