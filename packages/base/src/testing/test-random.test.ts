import { afterEach, describe, expect, it, vi } from "vitest";
import { seededRandom } from "./seeded-random.js";
import { testRandom } from "./test-random.js";

const take = (random: () => number): number[] => Array.from({ length: 5 }, () => random());

describe("testRandom", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("prints a seed that repeats its numbers", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    vi.stubEnv("MLEBENCH_TEST_SEED", "random");
    const numbers = take(testRandom("kills"));
    const [, seed] = /^kills: seed (\d+) \(set MLEBENCH_TEST_SEED=\1 to repeat\)$/.exec(log.mock.calls[0]![0])!;
    vi.stubEnv("MLEBENCH_TEST_SEED", seed);
    expect(take(testRandom("kills"))).toEqual(numbers);
  });

  it("refuses a seed that is not a number", () => {
    vi.stubEnv("MLEBENCH_TEST_SEED", "seven");
    expect(() => testRandom("kills")).toThrow('"seven"');
  });

  it("spreads over [0, 1)", () => {
    const random = seededRandom(1);
    const counts = new Array(10).fill(0);
    for (let index = 0; index < 10_000; index += 1) counts[Math.floor(random() * 10)] += 1;
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(take(seededRandom(2))).not.toEqual(take(seededRandom(1)));
  });
});
