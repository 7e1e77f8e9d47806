import type { ScoreScalar, ScoreValue } from "@mlebench/base/log-types";

/** Makes a number of a score's value. */
export type ValueToFloat = (value: ScoreValue | null) => number;

/** Which values count as what. */
export interface ValueToFloatOptions {
  /** @default "C" */
  readonly correct?: ScoreScalar;
  /** @default "I" */
  readonly incorrect?: ScoreScalar;
  /** @default "P" */
  readonly partial?: ScoreScalar;
  /** @default "N" */
  readonly noAnswer?: ScoreScalar;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/;

/**
 * Makes the mapping of values to numbers that metrics and reducers use: C 1, P 0.5, I and N 0, booleans 1 and 0, yes
 * and true 1, no and false 0 (any case), text of a finite number that number, NaN NaN; everything else 0, objects and
 * lists included.
 * @see Inspect 0.3.285 `value_to_float`
 */
export function makeValueToFloat({
  correct = "C",
  incorrect = "I",
  partial = "P",
  noAnswer = "N",
}: ValueToFloatOptions = {}): ValueToFloat {
  return (value) => {
    if (same(value, correct)) return 1;
    if (same(value, partial)) return 0.5;
    if (same(value, incorrect) || same(value, noAnswer)) return 0;
    if (typeof value === "number") return value;
    if (typeof value === "boolean") return Number(value);
    if (typeof value !== "string") return 0;
    const text = value.toLowerCase();
    if (text === "yes" || text === "true") return 1;
    if (text === "no" || text === "false") return 0;
    const trimmed = text.trim();
    const number = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
    return Number.isFinite(number) ? number : 0;
  };
}

/** {@link makeValueToFloat} with its defaults. */
export const valueToFloat: ValueToFloat = makeValueToFloat();

/** Python's ==, for which true is 1. */
function same(value: unknown, sentinel: ScoreScalar): boolean {
  const plain = typeof value === "boolean" ? Number(value) : value;
  return plain === (typeof sentinel === "boolean" ? Number(sentinel) : sentinel);
}
