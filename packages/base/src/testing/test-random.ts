import { seededRandom } from "./seeded-random.js";

/**
 * Random numbers for a test that kills, fails or damages something at moments or places of its own choice. Every run
 * takes other ones and prints their seed; `MLEBENCH_TEST_SEED` repeats it.
 * @param name of the test, for the printed line.
 * @returns a function whose results are in [0, 1).
 */
export function testRandom(name: string): () => number {
  const seed = givenSeed() ?? Math.floor(Math.random() * 2 ** 32);
  console.log(`${name}: seed ${seed} (set MLEBENCH_TEST_SEED=${seed} to repeat)`);
  return seededRandom(seed);
}

function givenSeed(): number | undefined {
  const text = process.env.MLEBENCH_TEST_SEED;
  if (text === undefined || text === "random") return undefined;
  const seed = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(seed)) {
    throw new RangeError(`Invalid value "${text}" for MLEBENCH_TEST_SEED: a whole number or "random" is expected.`);
  }
  return seed;
}
