import { pairwiseMean } from "@mlebench/grader";
import { standardError } from "../numeric/sample-variance.js";
import type { SampleScore } from "../score.js";
import { valueToFloat } from "../value-to-float.js";
import { clusteredStandardError, clusterValues } from "./clusters.js";
import { type MetricOptions, toFloats } from "./means.js";
import type { Metric } from "./metric.js";

/** What {@link stderr} takes. */
export interface StderrOptions extends MetricOptions {
  /** The key of the samples' metadata that names their cluster. */
  readonly cluster?: string;
}

/** Standard error of the mean: sample deviation (n - 1) over the root of n, 0 for fewer than two; or clustered. */
export function stderr({ toFloat = valueToFloat, cluster }: StderrOptions = {}): Metric {
  return {
    name: "stderr",
    params: cluster === undefined ? {} : { cluster },
    compute(scores: readonly SampleScore[]) {
      const values = toFloats(scores, toFloat);
      return cluster === undefined
        ? standardError(values)
        : clusteredStandardError(clusterValues(scores, values, cluster, "stderr"));
    },
  };
}

/** What {@link bootstrapStderr} takes. */
export interface BootstrapOptions extends MetricOptions {
  /** @default 1000 */
  readonly resamples?: number;
  /** Uniform numbers in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** Standard deviation (n) of the means of resamples with replacement; 0 for none. */
export function bootstrapStderr({
  toFloat = valueToFloat,
  resamples = 1000,
  random = Math.random,
}: BootstrapOptions = {}): Metric {
  return {
    name: "bootstrap_stderr",
    params: resamples === 1000 ? {} : { num_samples: resamples },
    compute(scores) {
      const values = toFloats(scores, toFloat);
      if (values.length === 0) return 0;
      const means = bootstrapMeans(
        values.map((value) => [value]),
        resamples,
        random,
      );
      const center = pairwiseMean(means);
      return Math.sqrt(pairwiseMean(means.map((value) => (value - center) ** 2)));
    },
  };
}

/** Means of resamples of whole groups; a group of one value each is the ordinary bootstrap. */
export function bootstrapMeans(
  groups: readonly (readonly number[])[],
  resamples: number,
  random: () => number,
): number[] {
  return Array.from({ length: resamples }, () =>
    pairwiseMean(groups.flatMap(() => groups[Math.floor(random() * groups.length)] ?? [])),
  );
}
