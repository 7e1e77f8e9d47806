import { expect, it } from "vitest";
import { BUNDLED_KIT } from "../kit.js";
import { runTrials } from "./run-trials.js";
import { trialName } from "./trials.js";
import { UPSTREAM_PYTHON } from "./upstream.js";

it("prepares every altered table as upstream does, or refuses it where upstream does", {
  timeout: 3_600_000,
}, async () => {
  const problems: string[] = [];
  let trials = 0;
  for await (const { trial, problem } of runTrials(BUNDLED_KIT, { python: process.env[UPSTREAM_PYTHON] })) {
    trials++;
    if (problem !== undefined) problems.push(`${trial.id} ${trialName(trial)}\n${problem}`);
  }
  expect(problems).toEqual([]);
  expect(trials).toBeGreaterThan(1000);
});
