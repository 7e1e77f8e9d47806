import { pairwiseMean } from "@mlebench/grader";
import { sampleVariance } from "../numeric/sample-variance.js";
import type { SampleScore } from "../score.js";
import { type ValueToFloat, valueToFloat } from "../value-to-float.js";
import type { Metric } from "./metric.js";

/** What all metrics take. */
export interface MetricOptions {
  /** @default valueToFloat */
  readonly toFloat?: ValueToFloat;
}

/** The share of right answers: the mean of the values as numbers, 0 for none. */
export function accuracy({ toFloat = valueToFloat }: MetricOptions = {}): Metric {
  return { name: "accuracy", params: {}, compute: (scores) => plainMean(toFloats(scores, toFloat)) };
}

/** The mean of the values as numbers, 0 for none; it may differ from accuracy in the last bit, as in Inspect. */
export function mean({ toFloat = valueToFloat }: MetricOptions = {}): Metric {
  return {
    name: "mean",
    params: {},
    compute: (scores) => (scores.length === 0 ? 0 : pairwiseMean(toFloats(scores, toFloat))),
  };
}

/** Sample variance (n - 1); 0 for fewer than two. */
export function variance({ toFloat = valueToFloat }: MetricOptions = {}): Metric {
  return { name: "var", params: {}, compute: (scores) => sampleVariance(toFloats(scores, toFloat)) };
}

/** Sample standard deviation (n - 1); 0 for fewer than two. */
export function std({ toFloat = valueToFloat }: MetricOptions = {}): Metric {
  return { name: "std", params: {}, compute: (scores) => Math.sqrt(sampleVariance(toFloats(scores, toFloat))) };
}

export function toFloats(scores: readonly SampleScore[], toFloat: ValueToFloat): number[] {
  return scores.map(({ score }) => toFloat(score.value));
}

/** Summed from left to right, as Inspect does here and nowhere else. */
function plainMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
