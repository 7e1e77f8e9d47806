import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, writeAtomically } from "@mlebench/base";
import { RunnerError } from "../errors.js";
import { type LogsSummary, writeUpstreamReport } from "./summarise-logs.js";

const TABLE = "run_group_experiments.csv";
const TABLE_HEADER = "experiment_id,run_group";

/** A run group that was written. */
export interface ExportedRunGroup {
  readonly experiment: string;
  readonly runGroup: string;
  /** The grading report in it. */
  readonly path: string;
}

/**
 * Writes runs in the form in which upstream's leaderboard takes them: `runs/<run group>/<time>_grading_report.json`, one
 * run group for each epoch of each log, and `runs/run_group_experiments.csv`, which says whose they are. Run groups sort
 * by name in the order of the seeds. What other experiments have there stays.
 * @param directory made when missing; may be a clone of upstream's repository.
 * @throws RunnerError `RUNNER_RUN_GROUP_EXISTS` before anything is written.
 */
export async function exportRunGroups(
  entries: LogsSummary["entries"],
  directory: string,
  now: Date = new Date(),
): Promise<readonly ExportedRunGroup[]> {
  const runs = join(directory, "runs");
  const experiments = new Set<string>();
  const planned = entries.flatMap(({ label, runs: seeds }) => {
    const experiment = unusedName(experimentId(label), experiments);
    const width = String(seeds.length).length;
    return seeds.map(({ reports }, index) => ({
      experiment,
      runGroup: `${experiment}_seed-${String(index + 1).padStart(width, "0")}`,
      reports,
    }));
  });
  const table = join(runs, TABLE);
  const lines = await tableLines(table);
  for (const { runGroup } of planned) {
    if (!existsSync(join(runs, runGroup)) && !lines.some((line) => line.endsWith(`,${runGroup}`))) continue;
    throw new RunnerError({
      code: "RUNNER_RUN_GROUP_EXISTS",
      message: `${runs} already has the run group ${runGroup}.`,
      hint: "Give another directory, or remove the run group and its line in run_group_experiments.csv.",
    });
  }
  const exported: ExportedRunGroup[] = [];
  for (const { experiment, runGroup, reports } of planned) {
    exported.push({ experiment, runGroup, path: await writeUpstreamReport(reports, join(runs, runGroup), now) });
  }
  const added = exported.map(({ experiment, runGroup }) => `${experiment},${runGroup}`);
  await writeAtomically(table, `${[...lines, ...added].join("\n")}\n`);
  return exported;
}

/** The name, with a number behind it when it is taken; it is taken afterwards. */
function unusedName(name: string, taken: Set<string>): string {
  let unused = name;
  for (let number = 2; taken.has(unused); number += 1) unused = `${name}-${number}`;
  taken.add(unused);
  return unused;
}

/** The table's lines, with its header first. */
async function tableLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, "utf8")).split(/\r?\n/).filter((line) => line !== "");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return [TABLE_HEADER];
  }
}

/** A label as a folder's name that needs no quotes in a CSV. */
function experimentId(label: string): string {
  return label.replace(/[^\w.-]+/g, "-").replace(/^[.-]+|-+$/g, "");
}
