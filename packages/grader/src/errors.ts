import { CodedError, codeOf, messageOf } from "@mlebench/base";

/** Base of everything this package throws. */
export class GraderError extends CodedError {
  static override readonly packageName = "@mlebench/grader";
}

/**
 * The submission cannot be scored: upstream rejects it, or fails on it because of what is in it. `SUBMISSION_INVALID`
 *
 * The message is the reason that the submission's author reads: say what was expected and what was found. It may quote
 * the submission and the ids, never a value of the answers and never a score.
 */
export class InvalidSubmissionError extends GraderError {
  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super({ code: "SUBMISSION_INVALID", message: reason, cause: options?.cause });
  }
}

/** A metric has no value for these numbers. While grading it makes the submission invalid, as upstream does. */
export class MetricError extends GraderError {
  constructor(code: MetricErrorCode, message: string) {
    super({ code, message });
  }
}

/** Why a metric has no value. */
export type MetricErrorCode =
  /** The lists have different lengths. */
  | "METRIC_LENGTH"
  /** Nothing to compute from. */
  | "METRIC_EMPTY"
  /** NaN or an infinity where the metric takes finite numbers only. */
  | "METRIC_NOT_FINITE"
  /** All labels are equal, so there is nothing to tell apart. */
  | "METRIC_ONE_CLASS"
  /** A number outside the metric's domain. */
  | "METRIC_DOMAIN";

/** No grader has this id. `GRADER_UNKNOWN` */
export class UnknownGraderError extends GraderError {
  constructor(
    readonly id: string,
    nearest: readonly string[],
  ) {
    super({
      code: "GRADER_UNKNOWN",
      message: `There is no grader for ${JSON.stringify(id)}.`,
      hint: nearest.length > 0 ? `Did you mean ${nearest.join(", ")}?` : "Register one with registerGrader.",
      kind: "usage",
    });
  }
}

/** A plug-in registers an id that is taken. `GRADER_DUPLICATE` */
export class DuplicateGraderError extends GraderError {
  constructor(readonly id: string) {
    super({
      code: "GRADER_DUPLICATE",
      message: `A grader for ${JSON.stringify(id)} is already there.`,
      hint: "Register it once, or give yours another id.",
    });
  }
}

/** The answers are not there or cannot be read: a failure on our side, not of the submission. `ANSWERS_UNREADABLE` */
export class AnswersUnreadableError extends GraderError {
  constructor(
    readonly path: string,
    competitionId: string,
    options: { readonly cause: unknown },
  ) {
    const why = messageOf(options.cause);
    const isMissing = /^(?:ENOENT|ENOTDIR)\b/.test(why);
    super({
      code: "ANSWERS_UNREADABLE",
      message: isMissing
        ? `${competitionId} is not prepared: there are no answers at ${path}.`
        : `The answers of ${competitionId} cannot be read from ${path}: ${why}`,
      hint: `Prepare it first with mlebench prepare -c ${competitionId}, or name the data directory in which it is prepared.`,
      cause: options.cause,
    });
  }
}

/** A submission is there and this user may not read it: nothing is said about the submission. `SUBMISSION_UNREADABLE` */
export class SubmissionUnreadableError extends GraderError {
  constructor(path: string, options: { readonly cause: unknown }) {
    super({
      code: "SUBMISSION_UNREADABLE",
      message: `The submission ${path} cannot be read: ${codeOf(options.cause)}.`,
      hint: "Check its permissions and those of its folders.",
      cause: options.cause,
    });
  }
}

/** A grader broke: a failure on our side, never a score of zero or none. `GRADER_FAILED` */
export class GraderFailedError extends GraderError {
  constructor(
    readonly competitionId: string,
    options: { readonly cause: unknown },
  ) {
    super({
      code: "GRADER_FAILED",
      message: `The grader of ${competitionId} failed: ${messageOf(options.cause)}`,
      hint: "This is a defect of the grader, not of the submission. Please report it with the submission.",
      cause: options.cause,
    });
  }
}

/** No thresholds are known for a competition, so its medals cannot be told. `THRESHOLDS_MISSING` */
export class ThresholdsMissingError extends GraderError {
  constructor(competitionId: string) {
    super({
      code: "THRESHOLDS_MISSING",
      message: `No medal lines are known for ${competitionId}.`,
      hint: "Register the competition with thresholds, or give a leaderboard CSV.",
    });
  }
}

/** A leaderboard CSV cannot be used. `LEADERBOARD_UNREADABLE` */
export class LeaderboardUnreadableError extends GraderError {
  constructor(path: string, why: string, options?: { readonly cause?: unknown }) {
    super({
      code: "LEADERBOARD_UNREADABLE",
      message: `The leaderboard ${path} cannot be used: ${why}`,
      hint: "It must be a CSV with a column `score`, best team first; leave it out to use the bundled medal lines.",
      cause: options?.cause,
    });
  }
}

/** The list of submissions has a line that cannot be used, or cannot be read at all. `SUBMISSION_LIST_INVALID` */
export class SubmissionListError extends GraderError {
  constructor(path: string, why: string, options?: { readonly cause?: unknown }) {
    super({
      code: "SUBMISSION_LIST_INVALID",
      message: `The list of submissions ${path} cannot be used: ${why}`,
      hint: 'Write one JSON object per line: {"competition_id": "...", "submission_path": "..."}',
      cause: options?.cause,
    });
  }
}
