import { RandomArgumentError } from "../errors.js";
import { RandomState } from "./random-state.js";

/** What `DataFrame.sample` takes: a number of rows or a share of them. */
export type SampleRowsOptions = {
  /** `random_state`: a seed, or a generator that goes on from where it is. */
  readonly random: number | RandomState;
} & ({ readonly count: number; readonly fraction?: never } | { readonly fraction: number; readonly count?: never });

/**
 * pandas' `DataFrame.sample` without replacement and weights: positions of the drawn rows, in drawing order.
 * @param n number of rows.
 * @throws RandomArgumentError when more rows are asked for than there are.
 */
export function sampleRows(n: number, options: SampleRowsOptions): Uint32Array {
  const size = options.count ?? roundHalfEven(options.fraction * n);
  if (!Number.isInteger(size) || size < 0) throw new RandomArgumentError(`Cannot sample ${size} rows.`);
  const random = typeof options.random === "number" ? new RandomState(options.random) : options.random;
  return random.choice(n, size, { replace: false });
}

/** Python's `round(x)` for numbers below 2^52: to the nearest whole number, a half to the even one. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
