import { medalLines, medalsFor } from "@mlebench/grader";
import type { PrimitiveKind } from "../check-primitives.js";

interface MedalVector {
  readonly teams: number;
  readonly scores: readonly number[];
  readonly is_lower_better: boolean;
  readonly gold_threshold: number;
  readonly silver_threshold: number;
  readonly bronze_threshold: number;
  readonly median_threshold: number;
  readonly cases: readonly {
    readonly score: number | "nan" | null;
    readonly gold_medal: boolean;
    readonly silver_medal: boolean;
    readonly bronze_medal: boolean;
    readonly above_median: boolean;
  }[];
}

/** Medal lines of a leaderboard, and what scores around them earn. */
function medalProblem(vector: MedalVector): string | undefined {
  const lines = medalLines(vector.scores);
  const expectedLines = {
    gold: vector.gold_threshold,
    silver: vector.silver_threshold,
    bronze: vector.bronze_threshold,
    median: vector.median_threshold,
    isLowerBetter: vector.is_lower_better,
  };
  for (const [name, expected] of Object.entries(expectedLines)) {
    const found = lines[name as keyof typeof expectedLines];
    if (found !== expected) return `${name} is ${found}, upstream ${expected}`;
  }
  for (const expected of vector.cases) {
    const medals = medalsFor(expected.score === "nan" ? Number.NaN : expected.score, lines);
    const isEqual =
      medals.gold === expected.gold_medal &&
      medals.silver === expected.silver_medal &&
      medals.bronze === expected.bronze_medal &&
      medals.aboveMedian === expected.above_median;
    if (!isEqual) return `the score ${expected.score} earns ${JSON.stringify(medals)}`;
  }
  return undefined;
}

export const medals: PrimitiveKind<MedalVector> = {
  name: ({ teams }) => `medals of ${teams} teams`,
  problem: medalProblem,
};
