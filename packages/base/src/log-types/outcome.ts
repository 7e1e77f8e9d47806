import type { JsonObject } from "./json.js";

/** One value of a score. */
export type ScoreScalar = string | number | boolean;

/** One key per result row when it is an object; NaN stands for "not scored". */
export type ScoreValue = ScoreScalar | readonly ScoreScalar[] | Record<string, ScoreScalar | null>;

/** A score of a sample: its value, why, and what else is known. */
export interface Score {
  value: ScoreValue;
  answer?: string;
  /** Shown as markdown. */
  explanation?: string;
  /** Why there is no score, when there is none. */
  reason?: string;
  metadata?: JsonObject;
  /** Edits made to the score afterwards. @default [] */
  history?: readonly JsonObject[];
}

/** What a limit is of. */
export type SampleLimitType =
  | "context"
  | "time"
  | "working"
  | "message"
  | "token"
  | "turn"
  | "cost"
  | "operator"
  | "custom";

/** The limit that ended a sample. */
export interface SampleLimit {
  type: SampleLimitType;
  limit: number;
  reason?: string;
}

/** An error with its stack, with and without colours. */
export interface EvalErrorInfo {
  message: string;
  traceback: string;
  traceback_ansi: string;
}
