import { MetricError } from "../errors.js";

/** @throws MetricError `METRIC_LENGTH` when the lengths differ, `METRIC_EMPTY` when they are 0. */
export function requireSameLength(truth: { readonly length: number }, predicted: { readonly length: number }): void {
  if (truth.length !== predicted.length) {
    throw new MetricError("METRIC_LENGTH", `Found ${predicted.length} predictions for ${truth.length} true values.`);
  }
  if (truth.length === 0) throw new MetricError("METRIC_EMPTY", "There is no value to compute a metric from.");
}

/** @throws MetricError `METRIC_NOT_FINITE` at the first NaN or infinity. */
export function requireFinite(values: ArrayLike<number>, what = "The predictions"): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isFinite(value)) {
      const found = Number.isNaN(value) ? "a missing value (NaN)" : `an infinite value (${value})`;
      throw new MetricError(
        "METRIC_NOT_FINITE",
        `${what} contain ${found}, first in row ${index + 1} of those compared.`,
      );
    }
  }
}
