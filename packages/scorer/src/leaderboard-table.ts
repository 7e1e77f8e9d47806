import type { RunMetric, RunsSummary, SplitSummary } from "./summarise-runs.js";

/** Names that a note gives of those it counts. */
const NAMED = 3;

/** One row of a leaderboard. */
export interface LeaderboardEntry {
  /** Whose runs they are: agent and model. */
  readonly label: string;
  readonly summary: RunsSummary;
}

/** What {@link leaderboardTable} takes. */
export interface LeaderboardOptions {
  /** @default "any_medal" */
  readonly metric?: RunMetric;
  /** @default 1 */
  readonly decimals?: number;
}

/** A leaderboard as cells of text. */
export interface LeaderboardTable {
  /** The first one is the label's, then one per split. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to read the numbers right; none when every run is complete. */
  readonly notes: readonly string[];
}

/** The leaderboard's cells as text: "34.3 ± 2.4", "–" where nothing ran, with a star where a note says more. */
export function leaderboardTable(
  entries: readonly LeaderboardEntry[],
  { metric = "any_medal", decimals = 1 }: LeaderboardOptions = {},
): LeaderboardTable {
  const names = [...new Set(entries.flatMap(({ summary }) => summary.splits.map(({ name }) => name)))];
  const rows = entries.map(({ label, summary }) => [
    label,
    ...names.map((name) =>
      cell(
        summary.splits.find((split) => split.name === name),
        metric,
        decimals,
      ),
    ),
    String(summary.runs),
  ]);
  const notes = entries.flatMap(({ label, summary }) =>
    summary.splits.flatMap((split) => notesOf(split).map((note) => `${label}, ${split.name}: ${note}`)),
  );
  return { columns: ["", ...names.map((name) => `${name} (%)`), "runs"], rows, notes };
}

/** The table as GitHub markdown, notes below. */
export function leaderboardMarkdown(table: LeaderboardTable): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(table.columns),
    `|${table.columns.map(() => "---").join("|")}|`,
    ...table.rows.map(line),
    ...(table.notes.length > 0 ? ["", ...table.notes.map((note) => `\\* ${note}`)] : []),
  ].join("\n");
}

function cell(split: SplitSummary | undefined, metric: RunMetric, decimals: number): string {
  if (!split) return "–";
  const star = notesOf(split).length > 0 ? "*" : "";
  const share = split.shares?.[metric];
  return `${share ? `${share.mean.toFixed(decimals)} ± ${share.standardError.toFixed(decimals)}` : "–"}${star}`;
}

function notesOf({
  competitions,
  seeds,
  paddedReports,
  unusedReports,
  withoutReports,
  shares,
}: SplitSummary): string[] {
  if (withoutReports.length === competitions) return [];
  if (!shares) {
    return [
      `${withoutReports.length} of ${competitions} competitions have no report (${someOf(withoutReports)}): no result unless missing reports count as no submission.`,
    ];
  }
  const notes: string[] = [];
  if (paddedReports > 0) {
    notes.push(`${paddedReports} of ${seeds * competitions} reports are missing and count as no submission.`);
  }
  if (unusedReports > 0) {
    notes.push(`${unusedReports} reports are left out: not every competition has more than ${seeds} of them.`);
  }
  return notes;
}

function someOf(ids: readonly string[]): string {
  return ids.length <= NAMED ? ids.join(", ") : `${ids.slice(0, NAMED).join(", ")}, ...`;
}
