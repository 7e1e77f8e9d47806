import type { Score, ScoreScalar } from "@mlebench/base/log-types";
import { ScorerError } from "../errors.js";
import type { MetricOptions } from "../metrics/means.js";
import { exactMean } from "../numeric/exact-mean.js";
import { isUnscored } from "../score.js";
import { valueToFloat } from "../value-to-float.js";
import { type Reducer, reduceScores } from "./reducer.js";

type Numbers = (values: readonly number[]) => number;

/** What reducers that need numbers take. */
export type ReducerOptions = MetricOptions;

/** What reducers that count epochs take. */
export interface ThresholdReducerOptions extends ReducerOptions {
  /** An epoch counts when its value is at least this. @default 1 */
  readonly threshold?: number;
}

/** The mean of the epochs, unscored ones left out. */
export function meanReducer(options: ReducerOptions = {}): Reducer {
  return ofNumbers("mean", exactMean, options);
}

/** The median of the epochs; of an even number the mean of the middle two. */
export function medianReducer(options: ReducerOptions = {}): Reducer {
  return ofNumbers(
    "median",
    (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      const middle = Math.floor(sorted.length / 2);
      const high = sorted[middle] ?? Number.NaN;
      return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
    },
    options,
  );
}

/** The value that occurs most often, of equals the one met first. */
export function modeReducer(): Reducer {
  return { name: "mode", reduce: (scores) => reduceScores(scores, (values) => mostCommon(values).value) };
}

/**
 * The value that more than half of the epochs have, unscored ones counting among them; without one the sample is
 * unscored. The votes are recorded in `metadata.panel`.
 */
export function majorityReducer(): Reducer {
  return {
    name: "majority",
    reduce(scores) {
      const reduced = reduceScores(scores, (values, { total }) => {
        const { value, count } = mostCommon(values);
        return count * 2 > total ? value : Number.NaN;
      });
      return { ...reduced, metadata: { ...reduced.metadata, panel: panelOf(scores) } };
    },
  };
}

/** The best epoch, its value as it was. */
export function maxReducer({ toFloat = valueToFloat }: ReducerOptions = {}): Reducer {
  return {
    name: "max",
    reduce: (scores) =>
      reduceScores(scores, (values) => {
        const best = values.reduce((top, value) => (toFloat(value) > toFloat(top) ? value : top));
        return best ?? Number.NaN;
      }),
  };
}

/** 1 when at least k epochs reach the threshold, else 0. */
export function atLeastReducer(
  k: number,
  { toFloat = valueToFloat, threshold = 1 }: ThresholdReducerOptions = {},
): Reducer {
  return {
    name: `at_least_${k}`,
    minEpochs: k,
    reduce: (scores) =>
      reduceScores(scores, (values) => (values.filter((value) => toFloat(value) >= threshold).length >= k ? 1 : 0)),
  };
}

/** The chance that one of k epochs succeeds: 1 - C(n - c, k) / C(n, k); unscored with fewer than k scored epochs. */
export function passAtReducer(k: number, { threshold = 1, ...options }: ThresholdReducerOptions = {}): Reducer {
  const estimate: Numbers = (values) => {
    const failures = values.filter((value) => value < threshold).length;
    if (values.length < k) return Number.NaN;
    if (failures < k) return 1;
    let none = 1;
    for (let n = failures + 1; n <= values.length; n += 1) none *= 1 - k / n;
    return 1 - none;
  };
  return { ...ofNumbers(`pass_at_${k}`, estimate, options), minEpochs: k };
}

/** The chance that k epochs all succeed: C(c, k) / C(n, k); unscored with fewer than k scored epochs. */
export function passKReducer(k: number, { threshold = 1, ...options }: ThresholdReducerOptions = {}): Reducer {
  const estimate: Numbers = (values) => {
    const successes = values.filter((value) => value >= threshold).length;
    return values.length < k ? Number.NaN : choose(successes, k) / choose(values.length, k);
  };
  return { ...ofNumbers(`pass_k_${k}`, estimate, options), minEpochs: k };
}

const PLAIN: Readonly<Record<string, () => Reducer>> = {
  mean: meanReducer,
  median: medianReducer,
  mode: modeReducer,
  majority: majorityReducer,
  max: maxReducer,
};
const WITH_K: Readonly<Record<string, (k: number) => Reducer>> = {
  at_least: (k) => atLeastReducer(k),
  pass_at: (k) => passAtReducer(k),
  pass_k: (k) => passKReducer(k),
};

/** Names that {@link parseReducer} takes; k stands for a number. */
export const REDUCER_NAMES: readonly string[] = [
  ...Object.keys(PLAIN),
  ...Object.keys(WITH_K).map((name) => `${name}_{k}`),
];

/**
 * The reducer of a name such as "mean" or "pass_at_2".
 * @throws ScorerError `SCORER_UNKNOWN_REDUCER`, or `SCORER_REDUCER_NEEDS_EPOCHS` when `epochs` is given and too few.
 */
export function parseReducer(name: string, { epochs }: { readonly epochs?: number } = {}): Reducer {
  const match = /^(.+?)_([1-9]\d*)$/.exec(name);
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  const withK = match?.[1] !== undefined && Object.hasOwn(WITH_K, match[1]) ? WITH_K[match[1]] : undefined;
  const reducer = plain ? plain() : withK?.(Number(match?.[2]));
  if (!reducer) {
    throw new ScorerError({
      code: "SCORER_UNKNOWN_REDUCER",
      message: `There is no reducer called ${name}.`,
      hint: `Use one of ${REDUCER_NAMES.join(", ")}, with a number for {k}.`,
      kind: "usage",
    });
  }
  if (epochs !== undefined && reducer.minEpochs !== undefined && reducer.minEpochs > epochs) {
    throw new ScorerError({
      code: "SCORER_REDUCER_NEEDS_EPOCHS",
      message: `The reducer ${name} needs ${reducer.minEpochs} epochs, the run has ${epochs}.`,
      hint: `Run with --epochs ${reducer.minEpochs} or more.`,
      kind: "usage",
    });
  }
  return reducer;
}

function ofNumbers(name: string, statistic: Numbers, { toFloat = valueToFloat }: ReducerOptions): Reducer {
  return { name, reduce: (scores) => reduceScores(scores, (values) => statistic(values.map(toFloat))) };
}

function mostCommon(values: readonly (ScoreScalar | null)[]): { value: ScoreScalar; count: number } {
  const counts = new Map<unknown, { value: ScoreScalar; count: number }>();
  for (const value of values) {
    // True and 1 are the same value to Python, and so in every log.
    const key = typeof value === "boolean" ? Number(value) : value;
    const entry = counts.get(key) ?? { value: value ?? Number.NaN, count: 0 };
    counts.set(key, { ...entry, count: entry.count + 1 });
  }
  return [...counts.values()].reduce((best, entry) => (entry.count > best.count ? entry : best));
}

function panelOf(scores: readonly Score[]): Record<string, unknown> {
  return {
    votes: scores.map(({ value }) => (isUnscored(value) ? null : value)),
    size: scores.length,
    failures: scores.flatMap(({ value, reason, explanation }, index) =>
      isUnscored(value) ? [{ index, reason: reason ?? null, explanation: explanation ?? null }] : [],
    ),
  };
}

function choose(n: number, k: number): number {
  if (k > n) return 0;
  let result = 1;
  for (let step = 1; step <= k; step += 1) result = (result * (n - k + step)) / step;
  return Math.round(result);
}
