import { accuracy, type Scorer, stderr, unscored } from "@mlebench/scorer";

/**
 * Where a submission lies between the median (0) and gold (1) of its competition, cut off at both ends; an invalid one
 * is at 0. The default export, so that `mlebench run --scorer ./share-of-gold.mjs` takes the compiled file.
 */
export default function shareOfGold(): Scorer {
  return {
    name: "share_of_gold",
    metrics: [accuracy(), stderr()],
    score({ report }) {
      const { score, gold_threshold: gold, median_threshold: median } = report;
      if (gold === median) return unscored("Gold and median are the same here.");
      const share = score === null ? 0 : (score - median) / (gold - median);
      const value = Math.min(1, Math.max(0, share));
      return { value, explanation: `${score ?? "no score"} between ${median} and ${gold}`, metadata: { share } };
    },
  };
}
