import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator } from "./generator.js";
import { groupShuffleSplit } from "./group-shuffle-split.js";
import { PyRandom } from "./py-random.js";
import { RandomState } from "./random-state.js";
import { roundHalfEven, sampleRows } from "./sample-rows.js";
import { trainTestSplit, trainTestSplitList } from "./train-test-split.js";

interface Summary {
  readonly length: number;
  readonly head: number[];
  readonly tail: number[];
  readonly md5: string;
}
interface RandomVector {
  readonly fn: string;
  readonly seed: number;
  readonly n: number;
  readonly k: number;
  readonly f: number;
  readonly lo: number;
  readonly hi: number;
  readonly value: number[] | Summary;
}
interface SplitVector {
  readonly n: number;
  readonly seed: number;
  readonly test_size?: number;
  readonly train_size?: number;
  readonly shuffle?: boolean;
  readonly train: number[] | Summary;
  readonly test: number[] | Summary;
}

const kit = new URL("../../../conformance/kit/_primitives/", import.meta.url);
const randomVectors: RandomVector[] = JSON.parse(readFileSync(new URL("random.json", kit), "utf8"));
const splitVectors: SplitVector[] = JSON.parse(readFileSync(new URL("split.json", kit), "utf8"));

/** Long results are recorded as length, ends and the md5 of the numbers joined by commas. */
function recorded(values: ArrayLike<number>, expected: number[] | Summary): number[] | Summary {
  const list = Array.from(values);
  if (Array.isArray(expected)) return list;
  const md5 = createHash("md5").update(list.join(",")).digest("hex");
  return { length: list.length, head: list.slice(0, 5), tail: list.slice(-5), md5 };
}

const times = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const functions: Record<string, (vector: RandomVector) => ArrayLike<number>> = {
  "np.RandomState(seed).permutation(n)": ({ seed, n }) => new RandomState(seed).permutation(n),
  "np.random.default_rng(seed).permutation(n)": ({ seed, n }) => new Generator(seed).permutation(n),
  "np.RandomState(seed).random_sample(5)": ({ seed }) => {
    const random = new RandomState(seed);
    return times(5, () => random.random());
  },
  "np.random.default_rng(seed).random(5)": ({ seed }) => {
    const random = new Generator(seed);
    return times(5, () => random.random());
  },
  "np.random.default_rng(seed).uniform(1,99,5)": ({ seed }) => {
    const random = new Generator(seed);
    return times(5, () => random.uniform(1, 99));
  },
  "np.RandomState(seed).randint(lo,hi,size=12)": ({ seed, lo, hi }) => new RandomState(seed).randints(lo, hi, 12),
  "np.random.default_rng(seed).integers(lo,hi,size=12)": ({ seed, lo, hi }) => new Generator(seed).integers(lo, hi, 12),
  "np.RandomState(seed).choice(n,k,replace=False)": ({ seed, n, k }) =>
    new RandomState(seed).choice(n, k, { replace: false }),
  "np.RandomState(seed).choice(n,k)": ({ seed, n, k }) => new RandomState(seed).choice(n, k),
  "np.random.default_rng(seed).choice(n,k,replace=False)": ({ seed, n, k }) =>
    new Generator(seed).choice(n, k, { replace: false }),
  "np.random.default_rng(seed).choice(n,k)": ({ seed, n, k }) => new Generator(seed).choice(n, k),
  "random.Random(seed).sample(range(n),k)": ({ seed, n, k }) => new PyRandom(seed).sample(range(n), k),
  "random.Random(seed).shuffle(list(range(n)))": ({ seed, n }) => {
    const values = range(n);
    new PyRandom(seed).shuffle(values);
    return values;
  },
  "random.Random(seed).choice(range(n)) x12": ({ seed, n }) => {
    const random = new PyRandom(seed);
    const values = range(n);
    return times(12, () => random.choice(values));
  },
  "random.Random(seed).random() x5": ({ seed }) => {
    const random = new PyRandom(seed);
    return times(5, () => random.random());
  },
  "random.Random(seed).uniform(-3,8) x5": ({ seed }) => {
    const random = new PyRandom(seed);
    return times(5, () => random.uniform(-3, 8));
  },
  "random.Random(seed).randint(1,100) x12": ({ seed }) => {
    const random = new PyRandom(seed);
    return times(12, () => random.randint(1, 100));
  },
  "pd.DataFrame.sample(n=k,random_state=seed) of n rows": ({ seed, n, k }) => sampleRows(n, { count: k, random: seed }),
  "pd.DataFrame.sample(frac=f,random_state=seed) of n rows": ({ seed, n, f }) =>
    sampleRows(n, { fraction: f, random: seed }),
};

describe("random numbers", () => {
  it.each([...new Set(randomVectors.map(({ fn }) => fn))])("%s draws what Python draws", (fn) => {
    const draw = functions[fn];
    if (draw === undefined) throw new Error(`no implementation for ${fn}`);
    for (const vector of randomVectors.filter((candidate) => candidate.fn === fn)) {
      expect(recorded(draw(vector), vector.value), JSON.stringify({ ...vector, value: undefined })).toEqual(
        vector.value,
      );
    }
  });

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
  it("train_test_split gives scikit-learn's parts for every vector", () => {
    for (const vector of splitVectors) {
      const { train, test } = trainTestSplit(vector.n, {
        testSize: vector.test_size,
        trainSize: vector.train_size,
        shuffle: vector.shuffle,
        random: vector.seed,
      });
      const label = JSON.stringify({ ...vector, train: undefined, test: undefined });
      expect(recorded(train, vector.train), label).toEqual(vector.train);
      expect(recorded(test, vector.test), label).toEqual(vector.test);
    }
    expect(splitVectors.length).toBeGreaterThan(200);
  });

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
