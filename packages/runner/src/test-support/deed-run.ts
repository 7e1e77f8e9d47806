import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type EvalSample, readEvalLog } from "@mlebench/eval-log";
import type { Sandbox } from "@mlebench/sandbox-compose";
import { expect } from "vitest";
import type { RunEvent } from "../events.js";
import type { RunResult } from "../run/run-result.js";
import { type Attacked, type AttackOptions, runAttacked } from "./attacked-run.js";

/** A run whose agent did something to its sandbox. */
export interface DeedRun {
  readonly result: RunResult;
  readonly sample: EvalSample;
  readonly events: readonly RunEvent[];
}

/** Hands in a valid submission, does the deed, and tries twice more if the first attempt should end in an error. */
export async function runDeed(
  attacked: Attacked,
  deed: (sandbox: Sandbox) => Promise<unknown>,
  options: AttackOptions = {},
): Promise<DeedRun> {
  const events: RunEvent[] = [];
  const result = await runAttacked(
    attacked,
    async (state, { sandbox }) => {
      const { paths } = sandbox;
      await sandbox.exec(["cp", `${paths.data}/sample_submission.csv`, `${paths.submission}/submission.csv`]);
      await deed(sandbox);
      return state;
    },
    { retryOnError: 2, onEvent: (event) => events.push(event), ...options },
  );
  const [sample] = (await readEvalLog(result.logPath)).samples ?? [];
  if (sample === undefined) throw new Error("the log has no sample");
  return { result, sample, events };
}

/** One attempt, no error, and a run that goes on: what an agent does is a result. */
export function expectResult({ result, sample, events }: DeedRun): void {
  expect(sample.error).toBeUndefined();
  expect(sample.error_retries ?? []).toEqual([]);
  expect(events.filter(({ type }) => type === "sample-retry")).toEqual([]);
  expect(result).toMatchObject({ status: "success", exitCode: 0, erroredSamples: 0, finishedSamples: 1 });
  expect(sample.scores).toBeDefined();
}

/** It is told as a limit with the deed's name in log, metadata, summary and event. */
export function expectDeed(run: DeedRun, deed: string, facts: RegExp): void {
  expectResult(run);
  const { result, sample, events } = run;
  expect(sample.limit).toMatchObject({ type: "custom", reason: expect.stringMatching(facts) });
  expect(sample.limit?.reason?.startsWith(`${deed}: `)).toBe(true);
  expect(sample.metadata).toMatchObject({ ended_by_agent: deed });
  expect(result.samples[0]?.summary).toMatchObject({ limit: "custom", metadata: { ended_by_agent: deed } });
  expect(sample.events?.filter(({ event }) => event === "sample_limit")).toMatchObject([{ type: "custom" }]);
  expect(events.find(({ type }) => type === "sample-end")).toMatchObject({ status: "finished", limit: deed });
}

/** What was handed in before the deed is graded like any other. */
export function expectScored({ result }: DeedRun): void {
  expect(result.samples[0]?.report).toMatchObject({ valid_submission: true, submission_exists: true, score: 0 });
}

export function keptFile({ result, sample }: DeedRun, name: string): Promise<string> {
  return readFile(join(result.artifactsDirectory, `${sample.id}_epoch_1`, name), "utf8");
}
