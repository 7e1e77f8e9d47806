import { listCompetitions } from "@mlebench/competitions";
import { describe, expect, it } from "vitest";
import { definePreparer } from "./preparer.js";
import { getPreparer, listPreparers, registerPreparer, UnknownPreparerError } from "./preparers.js";

describe("the registry of preparers", () => {
  it("gives every preparer the id of its file, and each is a competition of the catalogue", async () => {
    const known = new Set(listCompetitions().map(({ id }) => id));
    for (const id of listPreparers()) {
      expect((await getPreparer(id)).id).toBe(id);
      expect(known).toContain(id);
    }
  });

  it("names the nearest ids when there is none", async () => {
    await expect(getPreparer("spaceship-titanik")).rejects.toThrow(UnknownPreparerError);
    await expect(getPreparer("spaceship-titanik")).rejects.toMatchObject({
      hint: expect.stringContaining("spaceship-titanic"),
    });
    await expect(getPreparer("constructor")).rejects.toThrow(UnknownPreparerError);
  });

  it("takes preparers of one's own", async () => {
    const own = definePreparer({ id: "my-competition", prepare: async () => {} });
    registerPreparer(own);
    expect(await getPreparer("my-competition")).toBe(own);
    expect(listPreparers()).toContain("my-competition");
  });
});
