import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  ci,
  ciWilson,
  type MetricValue,
  mean,
  parseReducer,
  type Score,
  type ScoreValue,
  std,
  stderr,
  valueToFloat,
  variance,
} from "./index.js";

/** Our inputs and what inspect-ai 0.3.285 computed for them; NaN is written as text. */
interface Vectors {
  metrics: {
    values: ScoreValue[];
    accuracy: number;
    mean: number;
    stderr: number;
    std: number;
    var: number;
    ci: Bounds;
    ci90: Bounds;
    wilson: Bounds;
    clustered?: number;
    ciClustered?: Bounds;
    wilsonClustered?: Bounds;
  }[];
  reducers: { epochs: ScoreValue[]; reduced: Record<string, ScoreValue> }[];
  floats: [string | number | boolean, number][];
}

interface Bounds {
  lower: number;
  upper: number;
}

const text = readFileSync(new URL("./__fixtures__/inspect-vectors.json", import.meta.url), "utf8");
const vectors: Vectors = JSON.parse(text, (_key, value: unknown) => (value === "NaN" ? Number.NaN : value));

describe("metrics agree with inspect-ai", () => {
  it.each(vectors.metrics.map((row) => ({ ...row, count: row.values.length })))("over $count values", (row) => {
    const scores = row.values.map((value, index) => ({
      score: { value },
      sampleId: String(index),
      sampleMetadata: { g: "abc"[index % 3] },
    }));
    // To the last bit: the sums are added up in the same order.
    expect(accuracy().compute(scores)).toBe(row.accuracy);
    expect(mean().compute(scores)).toBe(row.mean);
    expect(variance().compute(scores)).toBe(row.var);
    expect(std().compute(scores)).toBe(row.std);
    expect(stderr().compute(scores)).toBe(row.stderr);
    if (row.clustered !== undefined) expect(stderr({ cluster: "g" }).compute(scores)).toBe(row.clustered);
    expectBounds(ci().compute(scores), row.ci);
    expectBounds(ci({ level: 0.9 }).compute(scores), row.ci90);
    expectBounds(ciWilson().compute(scores), row.wilson);
    if (row.ciClustered) expectBounds(ci({ cluster: "g" }).compute(scores), row.ciClustered);
    if (row.wilsonClustered) expectBounds(ciWilson({ cluster: "g" }).compute(scores), row.wilsonClustered);
  });
});

describe("reducers agree with inspect-ai", () => {
  it.each(vectors.reducers.map((row) => ({ ...row, text: JSON.stringify(row.epochs) })))(
    "of $text",
    ({ epochs, reduced }) => {
      const scores = epochs.map((value): Score => ({ value }));
      for (const [name, expected] of Object.entries(reduced)) {
        expect({ [name]: parseReducer(name).reduce(scores).value }).toEqual({ [name]: expected });
      }
    },
  );
});

it.each(vectors.floats)("reads the value %j as %d", (value, expected) => {
  expect(valueToFloat(value)).toBe(expected);
});

function expectBounds(actual: MetricValue, expected: Bounds): void {
  if (typeof actual === "number") throw new Error(`expected bounds, got ${actual}`);
  expect(actual["lower"]).toBeCloseTo(expected.lower, 10);
  expect(actual["upper"]).toBeCloseTo(expected.upper, 10);
}
