import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { getCompetition } from "@mlebench/competitions";
import { DataFrame, FrameError, pyRound, readCsv } from "@mlebench/frame";
import type { GradeInput, Grader, PreparedFiles } from "./define-grader.js";
import {
  AnswersUnreadableError,
  GraderError,
  GraderFailedError,
  InvalidSubmissionError,
  SubmissionUnreadableError,
} from "./errors.js";
import { getGrader } from "./graders.js";
import { submissionBound } from "./submission-bound.js";
import { inspectSubmissionFile } from "./submission-file.js";

/** Twice the rows of the largest answers. A table of many more tiny rows fits into the bytes, but not into memory. */
const MOST_ROWS = 25_000_000;
/** Forty times the widest of the 82 (dog-breed-identification, 121). */
const MOST_COLUMNS = 5000;
/** A quarter more than the largest answers have (icecube-neutrinos-in-deep-ice, 40 million numbers). */
const MOST_FIELDS = 50_000_000;
/** As upstream rounds scores. */
const SCORE_DECIMALS = 5;

/** Where the answers lie: a data directory in MLE-bench's layout, or the private folder itself. */
export type AnswersLocation =
  | { readonly dataDir: string; readonly privateDir?: undefined }
  | { readonly privateDir: string; readonly dataDir?: undefined };

/** What scoring takes. */
export type ScoreOptions = AnswersLocation & {
  /** Larger submissions are invalid. @default what {@link submissionBound} gives */
  readonly maxBytes?: number;
  /** Submissions with more rows are invalid. @default 25,000,000 */
  readonly maxRows?: number;
  readonly signal?: AbortSignal;
};

/** What scoring gives. */
export type ScoreResult =
  | {
      readonly valid: true;
      /** As the metric gives it. */
      readonly score: number;
      /** To 5 decimals as Python rounds: what reports show and medals are told by. */
      readonly rounded: number;
    }
  | {
      readonly valid: false;
      /** For the author of the submission. */
      readonly reason: string;
      /** False when there is no regular file named `*.csv`. */
      readonly submissionExists: boolean;
    };

/**
 * Scores a submission against the answers, without medals or report.
 * @throws UnknownCompetitionError, UnknownGraderError for an id that is not there.
 * @throws AnswersUnreadableError when the competition is not prepared.
 * @throws GraderFailedError for a defect of ours. An invalid submission is a result, not an error.
 */
export async function scoreCsv(
  submissionPath: string,
  competitionId: string,
  options: ScoreOptions,
): Promise<ScoreResult> {
  return await judge(submissionPath, competitionId, options, (grader, input) => grader.grade(input));
}

/** As {@link scoreCsv}, after what the grader checks for validation. */
export async function checkAndScoreCsv(
  submissionPath: string,
  competitionId: string,
  options: ScoreOptions,
): Promise<ScoreResult> {
  return await judge(submissionPath, competitionId, options, async (grader, input) => {
    await grader.check?.(input);
    return await grader.grade(input);
  });
}

type Grade = (grader: Grader, input: GradeInput<unknown>) => number | Promise<number>;

async function judge(
  submissionPath: string,
  competitionId: string,
  options: ScoreOptions,
  grade: Grade,
): Promise<ScoreResult> {
  const competition = getCompetition(competitionId);
  const grader = await getGrader(competitionId);
  const file = await inspectSubmissionFile(submissionPath);
  if (!file.exists) return { valid: false, reason: file.reason, submissionExists: false };

  const files = locateAnswers(competitionId, basename(competition.answers), options);
  await requireAnswers(files.answersPath, competitionId);
  const { maxBytes, explanation } =
    options.maxBytes === undefined
      ? await submissionBound(competitionId, options)
      : { maxBytes: options.maxBytes, explanation: `at most ${options.maxBytes} are read.` };
  try {
    if (file.bytes > maxBytes) {
      throw new InvalidSubmissionError(`The submission has ${file.bytes} bytes; ${explanation}`);
    }
    options.signal?.throwIfAborted();
    const submission = await readSubmission(submissionPath, grader, options.maxRows ?? MOST_ROWS);
    options.signal?.throwIfAborted();
    const answers = await readAnswers(grader, files);
    options.signal?.throwIfAborted();
    const score = await gradeTables(grader, { submission, answers, files }, grade);
    return { valid: true, score, rounded: pyRound(score, SCORE_DECIMALS) };
  } catch (error) {
    if (!InvalidSubmissionError.is(error)) throw error;
    const reason = file.bytes === 0 ? `The submission is empty (0 bytes). ${error.message}` : error.message;
    return { valid: false, reason, submissionExists: true };
  }
}

function locateAnswers(competitionId: string, answersName: string, location: AnswersLocation): PreparedFiles {
  const privateDir = resolve(location.privateDir ?? join(location.dataDir, competitionId, "prepared", "private"));
  return { privateDir, answersPath: join(privateDir, answersName) };
}

async function requireAnswers(path: string, competitionId: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    throw new AnswersUnreadableError(path, competitionId, { cause });
  }
}

async function readSubmission(path: string, grader: Grader, maxRows: number): Promise<DataFrame> {
  try {
    const submission = await readCsv(path, {
      ...grader.submissionCsv,
      maxRows: maxRows + 1,
      maxColumns: MOST_COLUMNS,
      maxFields: MOST_FIELDS,
    });
    if (submission.height <= maxRows) return submission;
    throw new InvalidSubmissionError(`The submission has more than ${maxRows} rows; more are not read.`);
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw new SubmissionUnreadableError(path, { cause: error });
    if (!FrameError.is(error)) throw error;
    if (error.code === "FRAME_CSV_EMPTY") return new DataFrame({});
    const hint = error.hint === undefined ? "" : ` ${error.hint}`;
    throw new InvalidSubmissionError(`The submission cannot be read as CSV: ${error.message}${hint}`, { cause: error });
  }
}

async function readAnswers(grader: Grader, files: PreparedFiles): Promise<unknown> {
  try {
    return await grader.readAnswers(files);
  } catch (cause) {
    throw new AnswersUnreadableError(files.answersPath, grader.id, { cause });
  }
}

async function gradeTables(grader: Grader, input: GradeInput<unknown>, grade: Grade): Promise<number> {
  try {
    return await grade(grader, input);
  } catch (error) {
    if (!isRefusal(error)) throw new GraderFailedError(grader.id, { cause: error });
    throw new InvalidSubmissionError(error.message, { cause: error });
  }
}

/**
 * What a grader, the tables or a metric refuse while grading is in the submission, as for upstream, whose answers are
 * sound. Told by code, because a plug-in's grader may bring another copy of this package.
 */
function isRefusal(error: unknown): error is Error {
  if (FrameError.is(error)) return true;
  return GraderError.is(error) && (error.code === "SUBMISSION_INVALID" || error.code.startsWith("METRIC_"));
}
