import { testRandom } from "@mlebench/base/testing";
import { describe, expect, it } from "vitest";
import { compareWords } from "./compare-words.js";
import { REASON_GROUPS } from "./reason-sources.js";

const random = testRandom("answer oracle");

describe.each(REASON_GROUPS)("validation of $name", ({ answers }) => {
  it.each(Object.keys(answers))("%s says the same whatever the answers are", { timeout: 900_000 }, async (id) => {
    const seed = Math.floor(random() * 2 ** 32);
    const compared = await compareWords(id, answers[id]!, { seed, permutations: 3, spoiledRows: 10, mutations: 25 });
    console.log(`${id}: seed ${seed}, ${compared.submissions} submissions, ${compared.invalid} invalid`);
    expect(compared.differences).toEqual([]);
  });
});
