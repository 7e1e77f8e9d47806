import { MetricError } from "../errors.js";
import { requireFinite, requireSameLength } from "./checks.js";
import { pairwiseMean } from "./pairwise-sum.js";

/**
 * Mean absolute error: mean |truth - predicted|.
 * @param truth finite numbers, length n > 0.
 * @param predicted finite numbers, length n.
 * @throws MetricError `METRIC_NOT_FINITE`, `METRIC_LENGTH`, `METRIC_EMPTY`.
 * @see scikit-learn `mean_absolute_error`
 */
export function meanAbsoluteError(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanOf(truth, predicted, (a, b) => Math.abs(b - a));
}

/**
 * Mean squared error: mean (truth - predicted)^2.
 * @throws MetricError as {@link meanAbsoluteError}.
 * @see scikit-learn `mean_squared_error`
 */
export function meanSquaredError(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return meanOf(truth, predicted, (a, b) => (a - b) * (a - b));
}

/**
 * Root of the mean squared error.
 * @throws MetricError as {@link meanAbsoluteError}.
 * @see scikit-learn `root_mean_squared_error`
 */
export function rmse(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(meanSquaredError(truth, predicted));
}

/**
 * Root mean squared logarithmic error: rmse of ln(1 + x).
 * @throws MetricError `METRIC_DOMAIN` for a value below 0 on either side (-0 is allowed), and those of
 * {@link meanAbsoluteError}.
 * @see scikit-learn `root_mean_squared_log_error`
 */
export function rmsle(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  requireSameLength(truth, predicted);
  requireFinite(truth, "The true values");
  requireFinite(predicted);
  for (const values of [truth, predicted]) {
    for (let index = 0; index < values.length; index++) {
      if (values[index]! < 0) {
        throw new MetricError("METRIC_DOMAIN", `RMSLE takes no negative values, found ${values[index]}.`);
      }
    }
  }
  return rmse(Float64Array.from(truth, Math.log1p), Float64Array.from(predicted, Math.log1p));
}

/**
 * MCRMSE: plain mean of {@link rmse} over columns.
 * @param truth one list per column.
 * @param predicted one list per column, in the same order.
 * @throws MetricError as {@link meanAbsoluteError}, for any of the columns.
 */
export function meanColumnRmse(truth: readonly ArrayLike<number>[], predicted: readonly ArrayLike<number>[]): number {
  requireSameLength(truth, predicted);
  return truth.reduce((sum, column, index) => sum + rmse(column, predicted[index]!), 0) / truth.length;
}

function meanOf(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  error: (truth: number, predicted: number) => number,
): number {
  requireSameLength(truth, predicted);
  requireFinite(truth, "The true values");
  requireFinite(predicted);
  return pairwiseMean(Float64Array.from(truth, (value, index) => error(value, predicted[index]!)));
}
