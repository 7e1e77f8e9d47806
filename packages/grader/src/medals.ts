import type { Thresholds } from "@mlebench/competitions";
import { GraderError } from "./errors.js";

/** Scores that a medal and the median need, and which direction is better. */
export type MedalLines = Pick<Thresholds, "gold" | "silver" | "bronze" | "median" | "isLowerBetter">;

/** What a score is worth. At most one of the three medals is true. */
export interface Medals {
  readonly gold: boolean;
  readonly silver: boolean;
  readonly bronze: boolean;
  readonly any: boolean;
  /** Strictly better than the median. */
  readonly aboveMedian: boolean;
}

/**
 * Medal lines of a leaderboard, by Kaggle's rules for the number of teams.
 * @param leaderboard scores of all teams, best first; the direction is told by the first and the last.
 * @throws GraderError `LEADERBOARD_EMPTY` without teams.
 */
export function medalLines(leaderboard: ArrayLike<number>): MedalLines {
  const teams = leaderboard.length;
  if (teams === 0) {
    throw new GraderError({ code: "LEADERBOARD_EMPTY", message: "A leaderboard without teams has no medal lines." });
  }
  const position = medalPositions(teams);
  const scoreAt = (place: number): number => leaderboard[place - 1]!;
  return {
    gold: scoreAt(position.gold),
    silver: scoreAt(position.silver),
    bronze: scoreAt(position.bronze),
    median: median(leaderboard),
    isLowerBetter: scoreAt(1) < scoreAt(teams),
  };
}

/**
 * What a score is worth. A score equal to a line earns the medal; a better medal excludes the others; without a score,
 * and with NaN, everything is false.
 */
export function medalsFor(score: number | null, lines: MedalLines): Medals {
  if (score === null) return { gold: false, silver: false, bronze: false, any: false, aboveMedian: false };
  const reaches = (line: number): boolean => (lines.isLowerBetter ? score <= line : score >= line);
  const gold = reaches(lines.gold);
  const silver = !gold && reaches(lines.silver);
  const bronze = !gold && !silver && reaches(lines.bronze);
  const aboveMedian = lines.isLowerBetter ? score < lines.median : score > lines.median;
  return { gold, silver, bronze, any: gold || silver || bronze, aboveMedian };
}

/** Last place, counted from 1, that still earns each medal. */
function medalPositions(teams: number): { gold: number; silver: number; bronze: number } {
  if (teams < 100) {
    return {
      gold: Math.max(1, Math.floor(teams * 0.1)),
      silver: Math.max(1, Math.floor(teams * 0.2)),
      bronze: Math.max(1, Math.floor(teams * 0.4)),
    };
  }
  if (teams < 250) return { gold: 10, silver: Math.floor(teams * 0.2), bronze: Math.floor(teams * 0.4) };
  const gold = 10 + Math.floor(teams * 0.002);
  if (teams < 1000) return { gold, silver: 50, bronze: 100 };
  return { gold, silver: Math.floor(teams * 0.05), bronze: Math.floor(teams * 0.1) };
}

function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
