/** One value of a score. */
export type ScoreScalar = string | number | boolean;

/** What a scorer gives: one value, a list, or named values that become one result row each. NaN = not scored. */
export type ScoreValue = ScoreScalar | ScoreScalar[] | Record<string, ScoreScalar | null>;

/** A score in the shape in which logs keep it. */
export interface Score {
  value: ScoreValue;
  answer?: string;
  /** Shown as markdown. */
  explanation?: string;
  /** Why there is no score, when there is none. */
  reason?: string;
  metadata?: { [key: string]: unknown };
  /** Edits made afterwards. */
  history?: { [key: string]: unknown }[];
}

/** The score of one sample, or of all its epochs once reduced. */
export interface SampleScore {
  readonly score: Score;
  readonly sampleId?: string | number;
  /** The sample's own metadata, in which clusters are named. */
  readonly sampleMetadata?: { readonly [key: string]: unknown };
}

/** True for the value that says "not scored". */
export function isUnscored(value: unknown): value is number {
  return typeof value === "number" && Number.isNaN(value);
}

export function isNamedValues(value: ScoreValue): value is Record<string, ScoreScalar | null> {
  return typeof value === "object" && !Array.isArray(value);
}
