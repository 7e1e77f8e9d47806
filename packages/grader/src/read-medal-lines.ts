import { messageOf } from "@mlebench/base";
import { getCompetition, getThresholds } from "@mlebench/competitions";
import { readCsv } from "@mlebench/frame";
import { LeaderboardUnreadableError, ThresholdsMissingError } from "./errors.js";
import { type MedalLines, medalLines } from "./medals.js";

/**
 * Medal lines of a competition: computed from a leaderboard CSV when one is given, else the bundled ones.
 * @param leaderboardPath a CSV with a column `score`, best team first.
 */
export async function readMedalLines(competitionId: string, leaderboardPath?: string): Promise<MedalLines> {
  if (leaderboardPath !== undefined) return medalLines(await readLeaderboard(leaderboardPath));
  const lines = getThresholds(getCompetition(competitionId).id);
  if (lines === undefined) throw new ThresholdsMissingError(competitionId);
  return lines;
}

async function readLeaderboard(path: string): Promise<Float64Array> {
  let scores: Float64Array;
  try {
    scores = (await readCsv(path)).column("score").numbers();
  } catch (cause) {
    throw new LeaderboardUnreadableError(path, messageOf(cause), { cause });
  }
  if (scores.length === 0) throw new LeaderboardUnreadableError(path, "it has no rows.");
  if (scores.some(Number.isNaN)) throw new LeaderboardUnreadableError(path, "a score is missing.");
  return scores;
}
