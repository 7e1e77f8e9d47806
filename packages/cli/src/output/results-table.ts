import { medalOf, type RunResult } from "@mlebench/runner";
import { formatCount, formatDuration } from "./format.js";
import { limitOf } from "./limit-words.js";
import { style } from "./style.js";
import { fittingColumns, formatTable, formatTableWithin, left, right, type TableColumn } from "./table.js";

const YES = "yes";
const NO = "no";

/**
 * The closing table of a run: one row per sample with its score against the four lines, then the metrics.
 * @param width of the terminal in characters; columns that it has no room for are named below the table.
 */
export function formatResults(result: RunResult, width?: number): string {
  const hasEpochs = result.samples.some(({ epoch }) => epoch > 1);
  const rows = result.samples.map(({ competitionId, epoch, summary, report }) => [
    competitionId,
    ...(hasEpochs ? [String(epoch)] : []),
    stateOf(summary),
    report ? (report.valid_submission ? YES : style.yellow(NO)) : "-",
    report ? (report.above_median ? YES : NO) : "-",
    report ? medalCell(report) : "-",
    report ? formatScore(report.score) : "-",
    ...(report
      ? [report.median_threshold, report.bronze_threshold, report.silver_threshold, report.gold_threshold].map(
          formatScore,
        )
      : ["-", "-", "-", "-"]),
    report ? (report.is_lower_better ? "lower" : "higher") : "-",
    summary?.message_count === undefined ? "-" : String(summary.message_count),
    formatCount(Object.values(summary?.model_usage ?? {}).reduce((sum, usage) => sum + usage.total_tokens, 0)),
    summary?.total_time === undefined ? "-" : formatDuration(summary.total_time),
  ]);
  const columns: TableColumn[] = [
    { title: "competition" },
    ...(hasEpochs ? right("epoch") : []),
    { title: "state" },
    { title: "valid" },
    { title: "above median", dropRank: 6 },
    { title: "medal" },
    { title: "score", align: "right" },
    { title: "median", align: "right", dropRank: 3 },
    { title: "bronze", align: "right", dropRank: 2 },
    { title: "silver", align: "right", dropRank: 2 },
    { title: "gold", align: "right", dropRank: 2 },
    { title: "better", dropRank: 1 },
    { title: "messages", align: "right", dropRank: 5 },
    { title: "tokens", align: "right", dropRank: 4 },
    { title: "time", align: "right", dropRank: 7 },
  ];
  const shown = new Set(fittingColumns(columns, rows, width));
  const dropped = columns.filter((_, index) => !shown.has(index)).map(({ title }) => title);
  const note = dropped.length === 0 ? "" : style.dim(`(no room for ${dropped.join(", ")}; --json has all)\n`);
  return `\n${formatTableWithin(columns, rows, width)}${note}\n${formatMetrics(result)}`;
}

function formatMetrics({
  results,
  totalSamples,
  finishedSamples,
  erroredSamples,
  missingSamples,
  protocol,
  splits,
}: RunResult): string {
  const lines = [
    `${finishedSamples} of ${totalSamples} samples finished, ${erroredSamples} with an error, ${missingSamples} not run; protocol ${protocol}`,
  ];
  if (results && results.scores.length > 0) {
    const names = [...new Set(results.scores.flatMap(({ metrics }) => Object.keys(metrics)))];
    lines.push(
      formatTable(
        [...left("metric"), ...right(...names, "scored", "not scored")],
        results.scores.map((row) => [
          scoreName(row),
          ...names.map((name) => formatMetric(row.metrics[name]?.value)),
          String(row.scored_samples),
          String(row.unscored_samples),
        ]),
      ).trimEnd(),
    );
  }
  if (splits.length > 0) lines.push(formatSplits(splits));
  return `${lines.join("\n\n")}\n`;
}

/** One row per complexity: mean and standard error of each score over its competitions. */
function formatSplits(splits: RunResult["splits"]): string {
  const names = splits[0]?.results.scores.map(scoreName) ?? [];
  return formatTable(
    [...left("split"), ...right("competitions", ...names, "not scored")],
    splits.map(({ split, competitions, results }) => [
      split,
      String(competitions),
      ...names.map((name) => meanAndError(results.scores.find((row) => scoreName(row) === name))),
      String(results.scores[0]?.unscored_samples ?? ""),
    ]),
  ).trimEnd();
}

type ScoreRow = RunResult["splits"][number]["results"]["scores"][number];

function scoreName({ name, reducer }: ScoreRow): string {
  return reducer ? `${name} (${reducer})` : name;
}

function meanAndError(row: ScoreRow | undefined): string {
  const { accuracy, mean, stderr } = row?.metrics ?? {};
  const value = formatMetric((accuracy ?? mean)?.value);
  return stderr === undefined ? value : `${value} ± ${formatMetric(stderr.value)}`;
}

function stateOf(summary: RunResult["samples"][number]["summary"]): string {
  if (!summary) return style.yellow("not run");
  if (summary.error !== undefined) return style.red("error");
  return limitOf(summary) ?? "finished";
}

function medalCell(report: NonNullable<RunResult["samples"][number]["report"]>): string {
  const medal = medalOf(report);
  return medal ? style.green(medal) : "none";
}

function formatScore(score: number | null): string {
  return score === null ? "-" : String(Number(score.toFixed(5)));
}

function formatMetric(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "-" : value.toFixed(3);
}
