import { buildReport, type GradingReport } from "./grading-report.js";
import { readMedalLines } from "./read-medal-lines.js";
import { type ScoreOptions, scoreCsv } from "./score-csv.js";

/** What {@link gradeCsv} takes. */
export type GradeOptions = ScoreOptions & {
  /** A leaderboard CSV to compute the medal lines from. @default the bundled thresholds */
  readonly leaderboardPath?: string;
  /** Goes into the report. @default now */
  readonly createdAt?: Date;
};

/**
 * Grades a submission: score, medals, and upstream's report. An invalid submission has the score null and a `reason`.
 * @param submissionPath a regular file named `*.csv`.
 * @throws UnknownCompetitionError, UnknownGraderError for an id that is not there.
 * @throws AnswersUnreadableError when the competition is not prepared.
 * @throws GraderFailedError for a defect of ours; never a null score.
 * @throws ThresholdsMissingError, LeaderboardUnreadableError when there are no medal lines.
 */
export async function gradeCsv(
  submissionPath: string,
  competitionId: string,
  options: GradeOptions,
): Promise<GradingReport> {
  const lines = await readMedalLines(competitionId, options.leaderboardPath);
  const result = await scoreCsv(submissionPath, competitionId, options);
  return buildReport({
    competitionId,
    score: result.valid ? result.rounded : null,
    lines,
    submissionExists: result.valid || result.submissionExists,
    submissionPath,
    createdAt: options.createdAt ?? new Date(),
    reason: result.valid ? undefined : result.reason,
  });
}
