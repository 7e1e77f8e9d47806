import { basename } from "node:path";
import { listSplits, readSplit } from "@mlebench/competitions";
import { readEvalLog, readEvalSampleSummaries, verifyEvalLog } from "@mlebench/eval-log";
import { type GradingReport, writeAggregateReport } from "@mlebench/grader";
import {
  type LeaderboardTable,
  leaderboardTable,
  type RunsSummary,
  reportsOfSamples,
  runsOfEpochs,
  type SummariseRunsOptions,
  summariseRuns,
  upstreamGradingReport,
} from "@mlebench/scorer";

import { describeVerification } from "../trust/describe-verification.js";
import { knownLogKeys } from "../trust/log-trust.js";

/** Columns of MLE-bench's leaderboard. */
const LEADERBOARD_SPLITS = ["low", "medium", "high", "all"] as const;

/** Means over logs, per complexity, and what they were made from. */
export interface LogsSummary {
  /** One entry per model and task; its logs and their epochs are the runs. */
  readonly entries: readonly {
    readonly label: string;
    readonly logs: readonly string[];
    /** One per epoch of each log: logs in the order given, epochs in theirs. */
    readonly runs: readonly EpochReports[];
    /** Those of the logs that are not as the user or a key that they trust sealed them, and what their seals say. */
    readonly unverified: readonly { readonly log: string; readonly why: string }[];
    readonly summary: RunsSummary;
  }[];
  readonly table: LeaderboardTable;
  /** Every report, for upstream's file, in the order of the runs. */
  readonly reports: readonly GradingReport[];
}

/** What was graded in one epoch of a log. */
export interface EpochReports {
  /** Log and epoch, in words. */
  readonly label: string;
  readonly reports: readonly GradingReport[];
}

/** What {@link summariseLogs} takes. */
export type SummariseLogsOptions = Pick<SummariseRunsOptions, "padMissing">;

/** Mean and standard error over logs and epochs per complexity, as MLE-bench's leaderboard reports it. */
export async function summariseLogs(
  paths: readonly string[],
  { padMissing }: SummariseLogsOptions = {},
): Promise<LogsSummary> {
  const known = listSplits();
  const splits: Record<string, string[]> = {};
  for (const name of LEADERBOARD_SPLITS) if (known.includes(name)) splits[name] = await readSplit(name);
  const groups = new Map<
    string,
    { logs: string[]; unverified: { log: string; why: string }[]; runs: EpochReports[] }
  >();
  const keys = await knownLogKeys();
  for (const path of paths) {
    const { eval: spec } = await readEvalLog(path, { header: true });
    const label = `${spec.task} ${spec.model}`;
    const group = groups.get(label) ?? { logs: [], unverified: [], runs: [] };
    groups.set(label, group);
    group.logs.push(path);
    const verification = await verifyEvalLog(path, { keys });
    if (verification.status !== "sealed" || verification.by === "unknown") {
      group.unverified.push({ log: path, why: describeVerification(verification) });
    }
    const runs = runsOfEpochs(reportsOfSamples(await readEvalSampleSummaries(path)));
    group.runs.push(...runs.map(({ label, reports }) => ({ label: `${basename(path)} ${label}`, reports })));
  }
  const entries = [...groups].map(([label, { logs, unverified, runs }]) => ({
    label,
    logs,
    unverified,
    runs,
    summary: summariseRuns(runs.length > 0 ? runs : [{ reports: [] }], { splits, padMissing }),
  }));
  const reports = entries.flatMap(({ runs }) => runs.flatMap((run) => run.reports));
  return { entries, table: leaderboardTable(entries), reports };
}

/** Writes upstream's `<time>_grading_report.json` of some reports. @returns its path. */
export function writeUpstreamReport(
  reports: readonly GradingReport[],
  directory: string,
  now: Date = new Date(),
): Promise<string> {
  return writeAggregateReport(upstreamGradingReport(reports), directory, { now });
}
