import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./outcome.js";
import type { Trial } from "./trials.js";
import { trialName } from "./trials.js";

/** Per competition and trial: `refused`, or the md5 over everything that upstream wrote. */
export type Recorded = Readonly<Record<string, Readonly<Record<string, string>>>>;

const FILE = fileURLToPath(new URL("../__fixtures__/perturbed-raw.json", import.meta.url));

/** What upstream made of every trial, with its assertions on. */
export async function readRecorded(): Promise<Recorded> {
  return JSON.parse(await readFile(FILE, "utf8")) as Recorded;
}

export async function writeRecorded(recorded: Recorded): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(recorded).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

export function recordedOf(recorded: Recorded, trial: Trial): string | undefined {
  return recorded[trial.id]?.[trialName(trial)];
}

export function textOf(outcome: Outcome): string {
  return outcome.kind === "refused" ? "refused" : outcome.digest;
}
