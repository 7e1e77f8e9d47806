import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSplit } from "@mlebench/competitions";
import { type EvalSample, writeEvalLog } from "@mlebench/eval-log";
import { exampleSample, exampleSpec } from "@mlebench/eval-log/testing";
import type { GradingReport } from "@mlebench/grader";
import { mleBenchScore } from "@mlebench/scorer";
import { afterAll, describe, expect, it } from "vitest";
import { exportRunGroups } from "./export-run-groups.js";
import { summariseLogs } from "./summarise-logs.js";

const scratch = mkdtempSync(join(tmpdir(), "mlebench-run-groups-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const low = await readSplit("low");
/** Epochs end in any order, and three competitions lack some or all of them. */
const MISSING: Readonly<Record<string, readonly number[]>> = {
  [low[0]!]: [2],
  [low[1]!]: [1, 4],
  [low[2]!]: [1, 2, 3, 4],
};

function sampleOf(id: string, epoch: number): EvalSample {
  // Medals that tell competitions and epochs apart.
  const medal = (low.indexOf(id) * 7 + epoch * 3) % 11 < 4 + epoch;
  const report: GradingReport = {
    competition_id: id,
    score: 0.5,
    gold_threshold: 0.1,
    silver_threshold: 0.2,
    bronze_threshold: medal ? 0.6 : 0.3,
    median_threshold: 0.7,
    any_medal: medal,
    gold_medal: false,
    silver_medal: false,
    bronze_medal: medal,
    above_median: true,
    submission_exists: true,
    valid_submission: true,
    is_lower_better: true,
    created_at: "2026-11-23T23:07:23",
    submission_path: "submission.csv",
  };
  return exampleSample({ id, epoch, scores: { mle_bench_scorer: mleBenchScore(report) } });
}

async function writeLog(name: string, wanted: (id: string, epoch: number) => boolean): Promise<string> {
  const path = join(scratch, name);
  const samples = [3, 1, 4, 2].flatMap((epoch) =>
    low.filter((id) => wanted(id, epoch)).map((id) => sampleOf(id, epoch)),
  );
  await writeEvalLog(path, { version: 2, status: "success", eval: exampleSpec(), plan: {}, stats: {}, samples });
  return path;
}

/** Upstream's arithmetic as its description has it, over the files alone. */
function aggregate(directory: string, experiment: string, padMissing: boolean): { mean: number; error: number } {
  const runs = join(directory, "runs");
  const [header, ...lines] = readFileSync(join(runs, "run_group_experiments.csv"), "utf8").trimEnd().split("\n");
  expect(header).toBe("experiment_id,run_group");
  const groups = lines.map((line) => line.split(",")).filter(([id]) => id === experiment);
  const seeds = new Map<string, boolean[]>(low.map((id) => [id, []]));
  for (const [, group] of groups.sort(([, a], [, b]) => (a! < b! ? -1 : 1))) {
    const files = readdirSync(join(runs, group!)).filter((name) => name.includes("grading_report"));
    expect(files).toHaveLength(1);
    const { competition_reports: reports } = JSON.parse(readFileSync(join(runs, group!, files[0]!), "utf8"));
    for (const { competition_id: id, any_medal: medal } of reports) seeds.get(id)?.push(medal);
  }
  const counts = [...seeds.values()].map(({ length }) => length);
  const count = padMissing ? Math.max(...counts) : Math.min(...counts);
  if (count === 0) throw new Error("a competition has no report");
  const shares = Array.from({ length: count }, (_, seed) => {
    const medals = [...seeds.values()].filter((list) => list[seed] === true).length;
    return (100 * medals) / low.length;
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / count;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (count - 1 || 1);
  return { mean, error: count === 1 ? 0 : Math.sqrt(variance / count) };
}

describe("the export of a four-epoch log", () => {
  it.each([
    { name: "complete", wanted: () => true, padMissing: false, seeds: 4 },
    { name: "complete, padded", wanted: () => true, padMissing: true, seeds: 4 },
    {
      name: "with missing epochs",
      wanted: (id: string, epoch: number) => id === low[2] || MISSING[id]?.includes(epoch) !== true,
      padMissing: false,
      seeds: 2,
    },
    {
      name: "with a missing competition, padded",
      wanted: (id: string, epoch: number) => MISSING[id]?.includes(epoch) !== true,
      padMissing: true,
      seeds: 4,
    },
  ])("$name: upstream's arithmetic gives the numbers of the summary", async ({ name, wanted, padMissing, seeds }) => {
    const { entries } = await summariseLogs([await writeLog(`${name}.eval`, wanted)], { padMissing });
    const directory = join(scratch, name);
    const exported = await exportRunGroups(entries, directory, new Date(0));
    expect(exported.map(({ runGroup }) => runGroup)).toEqual(
      [1, 2, 3, 4].map((seed) => `${exported[0]!.experiment}_seed-${seed}`),
    );
    const split = entries[0]!.summary.splits.find((each) => each.name === "low")!;
    expect(split.seeds).toBe(seeds);
    const { mean, error } = aggregate(directory, exported[0]!.experiment, padMissing);
    expect(split.shares!.any_medal.mean).toBeCloseTo(mean, 10);
    expect(split.shares!.any_medal.standardError).toBeCloseTo(error, 10);
    expect(error).toBeGreaterThan(0);
  });

  it("has no number where upstream's arithmetic fails: a competition without a report and no padding", async () => {
    const path = await writeLog("missing.eval", (id) => id !== low[2]);
    const { entries } = await summariseLogs([path]);
    const [first] = await exportRunGroups(entries, join(scratch, "missing"));
    expect(entries[0]!.summary.splits[0]!.shares).toBeUndefined();
    expect(() => aggregate(join(scratch, "missing"), first!.experiment, false)).toThrow("no report");
  });

  it("keeps other experiments' run groups, and refuses one that is there already", async () => {
    const { entries } = await summariseLogs([await writeLog("again.eval", () => true)]);
    const directory = join(scratch, "again");
    await exportRunGroups(entries, directory);
    await expect(exportRunGroups(entries, directory)).rejects.toMatchObject({ code: "RUNNER_RUN_GROUP_EXISTS" });
    const runs = join(directory, "runs");
    rmSync(runs, { recursive: true });
    mkdirSync(runs);
    const table = join(runs, "run_group_experiments.csv");
    writeFileSync(table, "experiment_id,run_group\nother,other-1\n");
    await exportRunGroups(entries, directory);
    expect(readFileSync(table, "utf8").split("\n").slice(0, 3)).toEqual([
      "experiment_id,run_group",
      "other,other-1",
      expect.stringMatching(/_seed-1$/),
    ]);
  });

  it("tells two labels apart that give the same name", async () => {
    const { entries } = await summariseLogs([await writeLog("twice.eval", () => true)]);
    const twice = [entries[0]!, { ...entries[0]!, label: entries[0]!.label.replace(" ", "?") }];
    const exported = await exportRunGroups(twice, join(scratch, "twice"));
    expect(new Set(exported.map((each) => each.runGroup)).size).toBe(8);
  });
});
