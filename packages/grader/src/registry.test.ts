import { readdirSync } from "node:fs";
import { getCompetition } from "@mlebench/competitions";
import { describe, expect, it } from "vitest";
import { defineGrader } from "./define-grader.js";
import { getGrader, listGraders, registerGrader } from "./graders.js";

describe("the registry", () => {
  it("has a grader of the right id for every file, each a competition of the catalogue", async () => {
    const files = readdirSync(new URL("./competitions/", import.meta.url)).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("_"),
    );
    expect(listGraders()).toEqual(files.map((name) => name.slice(0, -".ts".length)).sort());
    for (const id of listGraders()) {
      expect((await getGrader(id)).id).toBe(id);
      expect(getCompetition(id).id).toBe(id);
    }
  });

  it("suggests the nearest id for an unknown one", async () => {
    await expect(getGrader("spaceship-titanik")).rejects.toMatchObject({
      code: "GRADER_UNKNOWN",
      hint: expect.stringContaining("spaceship-titanic"),
    });
    await expect(getGrader("toString")).rejects.toMatchObject({ code: "GRADER_UNKNOWN", kind: "usage" });
  });

  it("takes a plug-in's grader once", async () => {
    const grader = defineGrader({ id: "registered-by-test", grade: () => 1 });
    registerGrader(grader);
    expect(await getGrader("registered-by-test")).toBe(grader);
    expect(listGraders()).toContain("registered-by-test");
    expect(() => registerGrader(grader)).toThrow(expect.objectContaining({ code: "GRADER_DUPLICATE" }));
    const taken = defineGrader({ id: "spaceship-titanic", grade: () => 1 });
    expect(() => registerGrader(taken)).toThrow(expect.objectContaining({ code: "GRADER_DUPLICATE" }));
  });
});
