import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "./glob.js";
import { makeRunPlan, parseLimit } from "./run-plan.js";
import { shuffle } from "./shuffle.js";

const COMPETITIONS = ["alpha-one", "alpha-two", "beta-one", "gamma"];

describe("the run plan", () => {
  it("lists every epoch of a competition before the next competition", () => {
    const { samples } = makeRunPlan({ competitions: ["a", "b"], epochs: 2 });
    expect(samples).toEqual([
      { competitionId: "a", epoch: 1 },
      { competitionId: "a", epoch: 2 },
      { competitionId: "b", epoch: 1 },
      { competitionId: "b", epoch: 2 },
    ]);
  });

  it("takes the first N, or a range counted from 1 with both ends", () => {
    expect(makeRunPlan({ competitions: COMPETITIONS, limit: "2" }).competitions).toEqual(["alpha-one", "alpha-two"]);
    expect(makeRunPlan({ competitions: COMPETITIONS, limit: "2-3" }).competitions).toEqual(["alpha-two", "beta-one"]);
  });

  it("chooses by shell patterns and tells which matched nothing", () => {
    const plan = makeRunPlan({ competitions: COMPETITIONS, sampleIds: ["*-one", "delta"] });
    expect(plan.competitions).toEqual(["alpha-one", "beta-one"]);
    expect(plan.unmatched).toEqual(["delta"]);
  });

  it("refuses a plan with nothing to run", () => {
    expect(() => makeRunPlan({ competitions: COMPETITIONS, sampleIds: ["gamm"] })).toThrow(/No competition/);
    expect(() => makeRunPlan({ competitions: COMPETITIONS, limit: "9-12" })).toThrow(/only 4/);
    expect(() => makeRunPlan({ competitions: [] })).toThrow(/no competition to run/);
  });

  it("refuses limits that are not numbers or run backwards", () => {
    for (const text of ["0", "x", "3-2", "-4", "1.5", ""]) expect(() => parseLimit(text)).toThrow(/not a limit/);
  });
});

describe("shuffle", () => {
  it("keeps every item and repeats itself for a seed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const shuffled = shuffle(items, seed);
        expect([...shuffled].sort()).toEqual([...items].sort());
        expect(shuffle(items, seed)).toEqual(shuffled);
      }),
    );
  });

  it("gives another order for another seed", () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    expect(shuffle(items, 1)).not.toEqual(shuffle(items, 2));
  });
});

describe("patterns", () => {
  it.each([
    ["*", "anything", true],
    ["tab?lar*", "tabular-x", true],
    ["[ab]lpha", "alpha", true],
    ["[!ab]lpha", "alpha", false],
    ["a.c", "abc", false],
    ["a[", "a[", true],
    ["", "", true],
    ["one", "one-two", false],
  ])("%s against %s is %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});
