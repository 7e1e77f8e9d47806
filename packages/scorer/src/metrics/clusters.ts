import { pairwiseMean, pairwiseSum } from "@mlebench/grader";
import { ScorerError } from "../errors.js";
import type { SampleScore } from "../score.js";

/** Values of the samples by the cluster that their metadata names. @throws ScorerError `SCORER_NO_CLUSTER` */
export function clusterValues(
  scores: readonly SampleScore[],
  values: readonly number[],
  cluster: string,
  metric: string,
): number[][] {
  const groups = new Map<unknown, number[]>();
  scores.forEach(({ sampleId, sampleMetadata }, index) => {
    const id = sampleMetadata?.[cluster];
    if (id === undefined || id === null || Number.isNaN(id)) {
      throw new ScorerError({
        code: "SCORER_NO_CLUSTER",
        message: `Sample ${sampleId ?? "?"} has no ${cluster} in its metadata, which ${metric} is to cluster by.`,
        hint: `Give every sample a value for ${cluster}, or compute ${metric} without clusters.`,
      });
    }
    groups.set(id, [...(groups.get(id) ?? []), values[index] ?? 0]);
  });
  return [...groups.values()];
}

/**
 * Standard error of the mean with clusters: sqrt(Σ (sum of a cluster's deviations)² · C / (C - 1)) / n; 0 for a single
 * cluster.
 */
export function clusteredStandardError(clusters: readonly (readonly number[])[]): number {
  if (clusters.length < 2) return 0;
  const all = clusters.flat();
  const center = pairwiseMean(all);
  let variance = 0;
  for (const cluster of clusters) variance += pairwiseSum(cluster.map((value) => value - center)) ** 2;
  return Math.sqrt((variance * clusters.length) / (clusters.length - 1)) / all.length;
}
