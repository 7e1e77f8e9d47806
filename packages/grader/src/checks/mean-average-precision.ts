import type { Column } from "@mlebench/frame";
import { averagePrecisionAtK } from "../metrics/average-precision-at-k.js";
import { pairwiseMean } from "../metrics/pairwise-sum.js";

/**
 * Mean average precision at k of two columns of lists. Every single blank separates, so two in a row make an empty
 * guess; a missing cell is the text `nan`, other cells are text as pandas prints them.
 */
export function meanAveragePrecision(truth: Column, predicted: Column, k: number): number {
  // The limit keeps a cell of blanks alone from becoming millions of guesses.
  const items = (column: Column, row: number, most?: number) =>
    (column.isMissing(row) ? "nan" : column.text(row)).split(" ", most);
  return pairwiseMean(
    Float64Array.from({ length: truth.length }, (_, row) =>
      averagePrecisionAtK(items(truth, row), items(predicted, row, k), k),
    ),
  );
}
