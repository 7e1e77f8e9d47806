import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readZip, type ZipContent } from "../zip.js";
import { type Outcome, prepareOurs } from "./outcome.js";
import { perturbRaw } from "./perturb-raw.js";
import { readRecorded, recordedOf, textOf, writeRecorded } from "./recorded.js";
import { listTrials, type Trial, trialName } from "./trials.js";
import { UPSTREAM_PYTHON, UpstreamPreparers } from "./upstream.js";

/** How one trial came out. */
export interface TrialResult {
  readonly trial: Trial;
  /** undefined when equal. */
  readonly problem?: string;
}

/** What {@link runTrials} takes. */
export interface RunTrialsOptions {
  readonly ids?: readonly string[];
  /** Names of perturbations. @default all */
  readonly perturbations?: readonly string[];
  /** Upstream's Python. Without it, ours is compared with what was recorded of upstream. */
  readonly python?: string;
  /** Keep upstream's outcomes as the recorded ones. */
  readonly record?: boolean;
}

/** Prepares altered raw data and compares ours with upstream's: the same files, or refused by both. */
export async function* runTrials(kit: string, options: RunTrialsOptions = {}): AsyncGenerator<TrialResult> {
  const { python, record = false } = options;
  if (record && python === undefined) throw new Error(`Recording needs upstream: set ${UPSTREAM_PYTHON}.`);
  await using upstream = python === undefined ? undefined : new UpstreamPreparers(python);
  const recorded = await readRecorded();
  const next: Record<string, Record<string, string>> = {};
  let raw: { id: string; content: ZipContent } | undefined;
  for (const trial of listTrials(options.ids)) {
    if (options.perturbations?.includes(trial.perturbation) === false) continue;
    if (raw?.id !== trial.id) {
      raw = { id: trial.id, content: await readZip(await readFile(join(kit, trial.id, "raw.zip"))) };
    }
    const altered = await perturbRaw(raw.content, trial);
    const theirs = await upstream?.prepare(trial.id, altered);
    const expected = theirs === undefined ? recordedOf(recorded, trial) : textOf(theirs);
    if (theirs !== undefined) next[trial.id] = { ...next[trial.id], [trialName(trial)]: textOf(theirs) };
    const ours = await prepareOurs(trial.id, altered);
    yield { trial, problem: textOf(ours) === expected ? undefined : describe(ours, theirs, expected) };
  }
  if (record) await writeRecorded({ ...(await readRecorded()), ...next });
}

function describe(ours: Outcome, theirs: Outcome | undefined, expected = "nothing recorded"): string {
  const own = ours.kind === "refused" ? `refused (${ours.reason})` : ours.digest;
  const lines = [`ours: ${own}`, `upstream: ${theirs?.kind === "refused" ? `refused (${theirs.reason})` : expected}`];
  if (theirs?.kind === "prepared" && ours.kind === "prepared") {
    const names = new Set([...theirs.files.keys(), ...ours.files.keys()]);
    const differing = [...names].filter((name) => theirs.files.get(name) !== ours.files.get(name));
    lines.push(
      `differing: ${differing.slice(0, 8).join(", ")}${differing.length > 8 ? ` and ${differing.length - 8} more` : ""}`,
    );
  }
  return lines.join("\n");
}
