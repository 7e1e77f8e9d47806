import { Generator, PyRandom, RandomState, sampleRows } from "@mlebench/data-prep";
import type { PrimitiveKind } from "../check-primitives.js";
import { listProblem, type RecordedList } from "./recorded.js";

interface RandomVector {
  /** The Python expression. */
  readonly fn: string;
  readonly seed: number;
  readonly n: number;
  readonly k: number;
  readonly f: number;
  readonly lo: number;
  readonly hi: number;
  readonly value: RecordedList;
}

type Draw = (vector: RandomVector) => ArrayLike<number>;

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Numbers drawn one after the other from one generator. */
function draws<Source>(count: number, source: Source, next: (source: Source) => number): number[] {
  return Array.from({ length: count }, () => next(source));
}

const DRAWS: Readonly<Record<string, Draw>> = {
  "np.RandomState(seed).permutation(n)": ({ seed, n }) => new RandomState(seed).permutation(n),
  "np.RandomState(seed).random_sample(5)": ({ seed }) => draws(5, new RandomState(seed), (random) => random.random()),
  "np.RandomState(seed).randint(lo,hi,size=12)": ({ seed, lo, hi }) => new RandomState(seed).randints(lo, hi, 12),
  "np.RandomState(seed).choice(n,k,replace=False)": ({ seed, n, k }) =>
    new RandomState(seed).choice(n, k, { replace: false }),
  "np.RandomState(seed).choice(n,k)": ({ seed, n, k }) => new RandomState(seed).choice(n, k),
  "np.random.default_rng(seed).permutation(n)": ({ seed, n }) => new Generator(seed).permutation(n),
  "np.random.default_rng(seed).random(5)": ({ seed }) => draws(5, new Generator(seed), (random) => random.random()),
  "np.random.default_rng(seed).uniform(1,99,5)": ({ seed }) =>
    draws(5, new Generator(seed), (random) => random.uniform(1, 99)),
  "np.random.default_rng(seed).integers(lo,hi,size=12)": ({ seed, lo, hi }) => new Generator(seed).integers(lo, hi, 12),
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
    const values = range(n);
    return draws(12, new PyRandom(seed), (random) => random.choice(values));
  },
  "random.Random(seed).random() x5": ({ seed }) => draws(5, new PyRandom(seed), (random) => random.random()),
  "random.Random(seed).uniform(-3,8) x5": ({ seed }) => draws(5, new PyRandom(seed), (random) => random.uniform(-3, 8)),
  "random.Random(seed).randint(1,100) x12": ({ seed }) =>
    draws(12, new PyRandom(seed), (random) => random.randint(1, 100)),
  "pd.DataFrame.sample(n=k,random_state=seed) of n rows": ({ seed, n, k }) => sampleRows(n, { count: k, random: seed }),
  "pd.DataFrame.sample(frac=f,random_state=seed) of n rows": ({ seed, n, f }) =>
    sampleRows(n, { fraction: f, random: seed }),
};

/** Random numbers of numpy, Python and pandas. */
export const random: PrimitiveKind<RandomVector> = {
  name: ({ value, ...vector }) => `random ${JSON.stringify(vector)}`,
  problem(vector) {
    const found = DRAWS[vector.fn];
    return found === undefined ? "is not known to this check" : listProblem(found(vector), vector.value);
  },
};
