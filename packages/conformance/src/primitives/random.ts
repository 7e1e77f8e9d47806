import { Generator, PyRandom, RandomState, sampleRows } from "@mlebench/data-prep";
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

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const LEGACY: Readonly<Record<string, Draw>> = {
  "np.RandomState(seed).permutation(n)": ({ seed, n }) => new RandomState(seed).permutation(n),
  "np.RandomState(seed).random_sample(5)": ({ seed }) => {
    const random = new RandomState(seed);
    return draw(5, () => random.random());
  },
  "np.RandomState(seed).randint(lo,hi,size=12)": ({ seed, lo, hi }) => new RandomState(seed).randints(lo, hi, 12),
  "np.RandomState(seed).choice(n,k,replace=False)": ({ seed, n, k }) =>
    new RandomState(seed).choice(n, k, { replace: false }),
  "np.RandomState(seed).choice(n,k)": ({ seed, n, k }) => new RandomState(seed).choice(n, k),
};

const MODERN: Readonly<Record<string, Draw>> = {
  "np.random.default_rng(seed).permutation(n)": ({ seed, n }) => new Generator(seed).permutation(n),
  "np.random.default_rng(seed).random(5)": ({ seed }) => {
    const random = new Generator(seed);
    return draw(5, () => random.random());
  },
  "np.random.default_rng(seed).uniform(1,99,5)": ({ seed }) => {
    const random = new Generator(seed);
    return draw(5, () => random.uniform(1, 99));
  },
  "np.random.default_rng(seed).integers(lo,hi,size=12)": ({ seed, lo, hi }) => new Generator(seed).integers(lo, hi, 12),
  "np.random.default_rng(seed).choice(n,k,replace=False)": ({ seed, n, k }) =>
    new Generator(seed).choice(n, k, { replace: false }),
  "np.random.default_rng(seed).choice(n,k)": ({ seed, n, k }) => new Generator(seed).choice(n, k),
};

const PYTHON: Readonly<Record<string, Draw>> = {
  "random.Random(seed).sample(range(n),k)": ({ seed, n, k }) => new PyRandom(seed).sample(range(n), k),
  "random.Random(seed).shuffle(list(range(n)))": ({ seed, n }) => {
    const values = range(n);
    new PyRandom(seed).shuffle(values);
    return values;
  },
  "random.Random(seed).choice(range(n)) x12": ({ seed, n }) => {
    const random = new PyRandom(seed);
    const values = range(n);
    return draw(12, () => random.choice(values));
  },
  "random.Random(seed).random() x5": ({ seed }) => {
    const random = new PyRandom(seed);
    return draw(5, () => random.random());
  },
  "random.Random(seed).uniform(-3,8) x5": ({ seed }) => {
    const random = new PyRandom(seed);
    return draw(5, () => random.uniform(-3, 8));
  },
  "random.Random(seed).randint(1,100) x12": ({ seed }) => {
    const random = new PyRandom(seed);
    return draw(12, () => random.randint(1, 100));
  },
};

const PANDAS: Readonly<Record<string, Draw>> = {
  "pd.DataFrame.sample(n=k,random_state=seed) of n rows": ({ seed, n, k }) => sampleRows(n, { count: k, random: seed }),
  "pd.DataFrame.sample(frac=f,random_state=seed) of n rows": ({ seed, n, f }) =>
    sampleRows(n, { fraction: f, random: seed }),
};

const DRAWS: Readonly<Record<string, Draw>> = { ...LEGACY, ...MODERN, ...PYTHON, ...PANDAS };

/** Random numbers of numpy, Python and pandas. */
export function randomProblem(vector: RandomVector): string | undefined {
  const found = DRAWS[vector.fn];
  return found === undefined ? "is not known to this check" : listProblem(found(vector), vector.value);
}

export const randomName = ({ value, ...vector }: RandomVector): string => `random ${JSON.stringify(vector)}`;
