import type { Score, ScoreScalar, ScoreValue } from "@mlebench/base/log-types";
import { ScorerError } from "../errors.js";
import { isNamedValues, isUnscored } from "../score.js";

/** Makes one score of the epochs of a sample. */
export interface Reducer {
  /** As logs name it, e.g. "pass_at_2". */
  readonly name: string;
  /** Epochs that it needs at least. */
  readonly minEpochs?: number;
  reduce(scores: readonly Score[]): Score;
}

/** Reduces the scalars that stand in one place (the value, a key, an index); all are scored ones. */
export type ReduceScalars = (
  values: readonly (ScoreScalar | null)[],
  context: { readonly total: number },
) => ScoreScalar;

/**
 * Applies a reduction of scalars to values, key by key or index by index when they are objects or lists. Unscored
 * epochs are left out; a place where nobody has a score stays unscored. What is equal in all scores besides the value
 * is kept, metadata is the first one's.
 * @throws ScorerError `SCORER_MIXED_VALUES` when the epochs' values do not have the same shape.
 */
export function reduceScores(scores: readonly Score[], reduce: ReduceScalars): Score {
  const scored = scores.filter(({ value }) => !isUnscored(value)).map(({ value }) => value);
  return reducedScore(reduceValues(scored, scores.length, reduce), scores);
}

function reduceValues(scored: readonly ScoreValue[], total: number, reduce: ReduceScalars): ScoreValue {
  const first = scored[0];
  const one = (values: readonly (ScoreScalar | null)[]): ScoreScalar => {
    const usable = values.filter((value) => !isUnscored(value));
    return usable.length === 0 ? Number.NaN : reduce(usable, { total });
  };
  if (first === undefined) return Number.NaN;
  if (Array.isArray(first)) {
    const lists = scored.map((value) => (Array.isArray(value) ? value : mixed("a list", value)));
    if (lists.some((list) => list.length !== first.length))
      mixed(`a list of ${first.length}`, "lists of other lengths");
    return first.map((_, index) => one(lists.map((list) => list[index] ?? null)));
  }
  if (isNamedValues(first)) {
    const keys = Object.keys(first);
    const objects = scored.map((value) => (isNamedValues(value) ? value : mixed("named values", value)));
    for (const object of objects) {
      const other = Object.keys(object);
      if (other.length !== keys.length || !keys.every((key) => key in object)) mixed(keys.join(", "), other.join(", "));
    }
    return Object.fromEntries(keys.map((key) => [key, one(objects.map((object) => object[key] ?? null))]));
  }
  return one(scored.map((value) => (typeof value === "object" ? mixed("a scalar", value) : value)));
}

function reducedScore(value: ScoreValue, scores: readonly Score[]): Score {
  const same = (key: "answer" | "explanation" | "reason") =>
    scores.every((score) => score[key] === scores[0]?.[key]) ? scores[0]?.[key] : undefined;
  const reduced: Score = { value };
  for (const key of ["answer", "explanation", "reason"] as const) {
    const text = same(key);
    if (text !== undefined) reduced[key] = text;
  }
  if (scores[0]?.metadata) reduced.metadata = scores[0].metadata;
  return { ...reduced, history: [] };
}

function mixed(expected: string, found: unknown): never {
  throw new ScorerError({
    code: "SCORER_MIXED_VALUES",
    message: `The epochs of a sample have values of different shapes: ${expected} and ${typeof found === "string" ? found : JSON.stringify(found)}.`,
    hint: "A scorer must give the same keys every time, or NaN for an epoch that it could not score.",
  });
}
