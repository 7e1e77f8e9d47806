import { DataFrame } from "@mlebench/frame";
import { describe, expect, it } from "vitest";
import { requireDisjoint, requireDistinct, requireDistinctTexts } from "./require-distinct.js";
import { trainTestSplitFrame } from "./train-test-split-frame.js";

describe("requireDistinct", () => {
  it("names the value and its rows, counted from 1", () => {
    const table = DataFrame.fromCells({ id: ["a", "b", "a"], part: [1, 1, 2] });
    expect(() => requireDistinct(table, "id", "train.csv")).toThrow('train.csv repeats id "a": row 1 and row 3.');
    expect(() => requireDistinct(table, ["id", "part"], "train.csv")).not.toThrow();
  });

  it("takes an id that looks like a number for the number it is", () => {
    const table = DataFrame.fromCells({ id: [7, 8, 7] });
    expect(() => requireDistinct(table, "id", "train.csv")).toThrow('repeats id "7": row 1 and row 3');
  });
});

describe("requireDisjoint", () => {
  it("names the rows that the parts had before they were split", () => {
    const ids = Array.from({ length: 20 }, (_, row) => `id${row % 10}`);
    const { train, test } = trainTestSplitFrame(DataFrame.fromCells({ id: ids }), { testSize: 0.1, random: 0 });
    const rows = (() => {
      try {
        requireDisjoint(train, test, "id", "train.csv");
      } catch (error) {
        return [...String(error).matchAll(/row (\d+)/g)].map(([, row]) => Number(row) - 1);
      }
      return [];
    })();
    expect(rows).toHaveLength(2);
    expect(ids[rows[0]!]).toBe(ids[rows[1]!]);
    expect(rows[0]).not.toBe(rows[1]);
  });

  it("takes missing numbers for different and missing texts for equal, as Python's sets of them do", () => {
    const numbers = DataFrame.fromCells({ id: [1.5, null] });
    const texts = DataFrame.fromCells({ id: ["a", null] });
    expect(() => requireDisjoint(numbers.head(2), numbers.slice(1), "id", "train.csv")).not.toThrow();
    expect(() => requireDisjoint(texts.head(2), texts.slice(1), "id", "train.csv")).toThrow('repeats id "nan"');
  });
});

it("names a text that a list has twice", () => {
  expect(() => requireDistinctTexts(["a", "b", "b"], "The record_id of x.json")).toThrow(
    'The record_id of x.json "b" is there more than once.',
  );
});
