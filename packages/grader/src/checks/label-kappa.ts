import { type Cell, type Column, compareCells } from "@mlebench/frame";
import { quadraticWeightedKappa } from "../metrics/quadratic-weighted-kappa.js";
import { uniformTargets } from "./targets.js";

/**
 * Quadratic weighted kappa of two columns of numeric labels, with scikit-learn's rules for their types. Where the columns
 * are of different number kinds, their labels meet as doubles; a row with an integer that is no double is then left out, while
 * the double next to it still counts as a label.
 * @see {@link uniformTargets} for what is refused
 * @see scikit-learn `cohen_kappa_score` and the label lookup of its `confusion_matrix`
 */
export function labelKappa(truth: Column, predicted: Column, name: string): number {
  const exact = uniformTargets(truth, predicted, name);
  const kinds = new Set([truth.kind, predicted.kind]);
  if (kinds.size === 1 || kinds.has("bool")) {
    const labels = [...new Set([...exact.truth, ...exact.predicted])].sort(compareCells);
    const ranks = new Map(labels.map((label, rank) => [label, rank]));
    const rankOf = (label: Cell) => ranks.get(label)!;
    return quadraticWeightedKappa(exact.truth.map(rankOf), exact.predicted.map(rankOf));
  }
  const truthLabels = truth.numbers();
  const predictedLabels = predicted.numbers();
  const kept = Array.from(truthLabels.keys()).filter((row) => isDouble(truth, row) && isDouble(predicted, row));
  if (kept.length === 0) return Number.NaN;
  return quadraticWeightedKappa(
    kept.map((row) => truthLabels[row]!),
    kept.map((row) => predictedLabels[row]!),
    { labels: [...truthLabels, ...predictedLabels] },
  );
}

function isDouble(column: Column, row: number): boolean {
  const cell = column.get(row);
  return typeof cell !== "bigint" || BigInt(Number(cell)) === cell;
}
