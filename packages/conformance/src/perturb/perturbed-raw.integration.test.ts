import { describe, expect, it } from "vitest";
import { BUNDLED_KIT, listKit } from "../kit.js";
import { PERTURBATIONS } from "./perturbations.js";
import { readRecorded } from "./recorded.js";
import { runTrials } from "./run-trials.js";
import { listTrials, trialName } from "./trials.js";

/** One of each kind; the slow test runs all. */
const KINDS = [
  "columns reversed",
  "extra text column",
  "last column missing",
  "some rows again",
  "rows reversed",
  "wide integers",
  "odd words",
];

describe("altered raw data", () => {
  it("have a recorded outcome for every trial, and none beside", async () => {
    const recorded = await readRecorded();
    const names = (id: string) => listTrials([id]).map(trialName).sort();
    for (const id of Object.keys(recorded)) expect([id, Object.keys(recorded[id]!).sort()]).toEqual([id, names(id)]);
    expect(Object.keys(recorded)).toEqual([...new Set(listTrials().map(({ id }) => id))].sort());
    for (const id of Object.keys(recorded)) expect(listKit(BUNDLED_KIT)).toContain(id);
    for (const kind of KINDS) expect(Object.keys(PERTURBATIONS)).toContain(kind);
  });

  it.each([...new Set(listTrials().map(({ id }) => id))])(
    "%s is prepared as upstream prepares it, or refused where upstream refuses",
    async (id) => {
      const problems: string[] = [];
      for await (const { trial, problem } of runTrials(BUNDLED_KIT, { ids: [id], perturbations: KINDS })) {
        if (problem !== undefined) problems.push(`${trialName(trial)}\n${problem}`);
      }
      expect(problems).toEqual([]);
    },
  );
});
