import type { SampleScore } from "../score.js";

/** A number, or several that belong together (the bounds of an interval). */
export type MetricValue = number | Record<string, number>;

/** A number over all samples. */
export interface Metric {
  /** As results name it, e.g. "accuracy". */
  readonly name: string;
  /** The options that are not the default, as the log records them. */
  readonly params: Readonly<Record<string, unknown>>;
  /** @param scores the scored samples, epochs reduced; each has one scalar value. */
  compute(scores: readonly SampleScore[]): MetricValue;
}
