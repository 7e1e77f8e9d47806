import { describe, expect, it } from "vitest";
import { checkCompetition } from "./check-competition.js";
import { checkPrimitives } from "./check-primitives.js";
import { BUNDLED_KIT, listKit } from "./kit.js";

describe("upstream's results", () => {
  it("cover the 82 competitions of the catalogue", () => expect(listKit(BUNDLED_KIT)).toHaveLength(82));

  it.each(listKit(BUNDLED_KIT))("%s is prepared and graded equally", async (id) => {
    const { differences, cases } = await checkCompetition(BUNDLED_KIT, id);
    expect(differences).toEqual([]);
    expect(cases.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(cases.length).toBeGreaterThan(20);
  });

  it("agree with ours for all primitives", async () => {
    const results = await checkPrimitives(BUNDLED_KIT);
    expect(results.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(results.length).toBeGreaterThan(600);
  });
});
