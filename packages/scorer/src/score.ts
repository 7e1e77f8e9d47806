import type { Score, ScoreScalar, ScoreValue } from "@mlebench/base/log-types";

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
