import { describe, expect, it } from "vitest";
import { Generator } from "./generator.js";
import { groupShuffleSplit } from "./group-shuffle-split.js";
import { PyRandom } from "./py-random.js";
import { RandomState } from "./random-state.js";
import { roundHalfEven, sampleRows } from "./sample-rows.js";
import { trainTestSplit, trainTestSplitList } from "./train-test-split.js";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

// What numpy, scikit-learn, pandas and Python draw is checked in the conformance package.

describe("random numbers", () => {
  it("shuffles a list of texts as it shuffles numbers", () => {
    const texts = range(55).map(String);
    new RandomState(0).shuffle(texts);
    expect(texts.map(Number)).toEqual(Array.from(new RandomState(0).permutation(55)));
  });

  it("seeds Python's generator from a text", () => {
    // python3.11 -c "import random; print(random.Random('mlebench').random())"
    expect(new PyRandom("mlebench").random()).toBe(0.7729848717957837);
    expect(new PyRandom(2n ** 70n + 5n).random()).toBe(0.46679953776226335);
    expect(new PyRandom(-7).random()).toBe(new PyRandom(7).random());
  });

  it("draws one weighted choice a call from the running sums", () => {
    const random = new Generator(0);
    const uniform = new Generator(0);
    for (let i = 0; i < 200; i++) expect(random.weightedIndex([0.9, 0.1])).toBe(uniform.random() < 0.9 ? 0 : 1);
  });

  it("refuses seeds and ranges that make no sense", () => {
    expect(() => new RandomState(-1)).toThrow("seed");
    expect(() => new RandomState(2 ** 32)).toThrow("seed");
    expect(() => new Generator(0.5)).toThrow("seed");
    expect(() => new RandomState(0).randint(3, 3)).toThrow("low < high");
    expect(() => new RandomState(0).choice(2, 3, { replace: false })).toThrow("3 of 2");
    expect(() => new PyRandom(0).sample([1], 2)).toThrow("2 of 1");
    expect(() => sampleRows(2, { count: 3, random: 0 })).toThrow("3 of 2");
  });

  it("permutes a million numbers, each once", () => {
    const order = new RandomState(0).permutation(1_000_000);
    expect(new Set(order).size).toBe(1_000_000);
  });
});

describe("splits", () => {
  it("counts 666 test rows of 4750 at 0.14, as double arithmetic does", () => {
    expect(trainTestSplit(4750, { testSize: 0.14, random: 0 }).test).toHaveLength(666);
  });

  it("refuses sizes that do not fit", () => {
    expect(() => trainTestSplit(10, { testSize: 10, random: 0 })).toThrow("does not fit 10 rows");
    expect(() => trainTestSplit(10, { testSize: 6, trainSize: 5, random: 0 })).toThrow("does not fit 10 rows");
    expect(() => trainTestSplit(1, { testSize: 0.1, random: 0 })).toThrow("leaves none for train");
    expect(() => trainTestSplit(0, { testSize: 0.1, random: 0 })).toThrow();
    expect(() => trainTestSplit(10, { testSize: 0.1 })).toThrow("seed");
  });

  it("splits a list in the order of the parts", () => {
    const { train, test } = trainTestSplitList(["a", "b", "c", "d"], { testSize: 0.25, random: 0 });
    expect([test, train]).toEqual([["c"], ["d", "b", "a"]]);
  });

  it("keeps groups together and rows in order", () => {
    const groups = ["b", "a", "c", "b", "d", "a"];
    const { train, test } = groupShuffleSplit(groups, { testSize: 0.25, random: 0 });
    expect(Array.from(test)).toEqual([2]);
    expect(Array.from(train)).toEqual([0, 1, 3, 4, 5]);
  });

  it("rounds halves to the even neighbour", () => {
    expect([0.5, 1.5, 2.5, 2.4999, 7].map(roundHalfEven)).toEqual([0, 2, 2, 2, 7]);
  });
});
