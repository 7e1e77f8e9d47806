import { pairwiseMean } from "@mlebench/grader";
import { ScorerError } from "../errors.js";
import { normalQuantile, studentTQuantile } from "../numeric/quantiles.js";
import { standardError } from "../numeric/sample-variance.js";
import { valueToFloat } from "../value-to-float.js";
import { clusteredStandardError, clusterValues } from "./clusters.js";
import { toFloats } from "./means.js";
import type { Metric } from "./metric.js";
import { type BootstrapOptions, bootstrapMeans, type StderrOptions } from "./stderr.js";

/** What all metrics that are intervals take. */
export interface IntervalOptions extends StderrOptions {
  /** Confidence, between 0 and 1. @default 0.95 */
  readonly level?: number;
}

/** What {@link ci} takes. */
export interface ConfidenceIntervalOptions extends IntervalOptions, BootstrapOptions {
  /** "t": mean ± Student's t times the standard error; "bootstrap": percentiles of resampled means. @default "t" */
  readonly method?: "t" | "bootstrap";
}

/** Two-sided confidence interval of the mean, `{ lower, upper }`; with fewer than two values both are the value. */
export function ci({
  toFloat = valueToFloat,
  level = 0.95,
  method = "t",
  cluster,
  resamples = 1000,
  random = Math.random,
}: ConfidenceIntervalOptions = {}): Metric {
  checkLevel("ci", level);
  const tail = (1 - level) / 2;
  return {
    name: "ci",
    params: recorded(
      { level, method, cluster, num_samples: resamples },
      { level: 0.95, method: "t", num_samples: 1000 },
    ),
    compute(scores) {
      const values = toFloats(scores, toFloat);
      const clusters = cluster === undefined ? undefined : clusterValues(scores, values, cluster, "ci");
      if (values.length < 2) return { lower: values[0] ?? 0, upper: values[0] ?? 0 };
      if (method === "bootstrap") {
        const means = bootstrapMeans(clusters ?? values.map((value) => [value]), resamples, random);
        means.sort((a, b) => a - b);
        return { lower: linearQuantile(means, tail), upper: linearQuantile(means, 1 - tail) };
      }
      const error = clusters ? clusteredStandardError(clusters) : standardError(values);
      const t = studentTQuantile(1 - tail, Math.max((clusters ?? values).length - 1, 1));
      const center = pairwiseMean(values);
      return { lower: center - t * error, upper: center + t * error };
    },
  };
}

/**
 * Wilson's score interval for values in [0, 1], read as a proportion; stays within [0, 1] also for few samples. With
 * clusters: Korn and Graubard's effective sample size and Student's t with one degree less than clusters.
 */
export function ciWilson({ toFloat = valueToFloat, level = 0.95, cluster }: IntervalOptions = {}): Metric {
  checkLevel("ci_wilson", level);
  const tail = (1 - level) / 2;
  return {
    name: "ci_wilson",
    params: recorded({ level, cluster }, { level: 0.95 }),
    compute(scores) {
      const values = toFloats(scores, toFloat);
      const wrong = values.findIndex((value) => !(value >= 0 && value <= 1));
      if (wrong >= 0) {
        throw new ScorerError({
          code: "SCORER_OUT_OF_RANGE",
          message: `Sample ${scores[wrong]?.sampleId ?? "?"} has the value ${values[wrong]}; ci_wilson reads values as a proportion.`,
          hint: "Use ci for values outside 0 to 1.",
        });
      }
      const clusters = cluster === undefined ? undefined : clusterValues(scores, values, cluster, "ci_wilson");
      if (clusters && clusters.length < 2) {
        throw new ScorerError({
          code: "SCORER_NO_CLUSTER",
          message: `ci_wilson with clusters needs two of them, ${cluster} names ${clusters.length}.`,
          hint: "Compute it without clusters.",
        });
      }
      if (values.length === 0) return { lower: 0, upper: 0 };
      return wilsonBounds(values, tail, clusters);
    },
  };
}

function wilsonBounds(values: readonly number[], tail: number, clusters?: readonly number[][]): Record<string, number> {
  const p = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = p * (1 - p);
  const clusteredVariance = clusters ? clusteredStandardError(clusters) ** 2 : 0;
  const n =
    clusters && spread > 0 && clusteredVariance > 0
      ? Math.min(spread / clusteredVariance, values.length)
      : values.length;
  const z = clusters ? studentTQuantile(Math.min(1 - tail, 1 - 2 ** -53), clusters.length - 1) : -normalQuantile(tail);
  const scale = 1 + (z * z) / n;
  const center = (p + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt(spread / n + (z * z) / (4 * n * n))) / scale;
  return { lower: Math.max(center - half, 0), upper: Math.min(center + half, 1) };
}

/** The quantile between neighbours, as `numpy.quantile` by default. */
function linearQuantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}

function checkLevel(metric: string, level: number): void {
  if (level > 0 && level < 1) return;
  throw new ScorerError({
    code: "SCORER_BAD_OPTION",
    message: `${metric} got the level ${level}, which is not between 0 and 1.`,
    hint: "Give 0.95 for 95 percent.",
  });
}

function recorded(
  given: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => value !== undefined && value !== defaults[key]),
  );
}
