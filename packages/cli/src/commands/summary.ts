import { checkOutputDirectory, type LogsSummary, summariseLogs, writeUpstreamReport } from "@mlebench/runner";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { oneLine } from "../output/style.js";
import { formatTable } from "../output/table.js";

/** `mlebench summary` */
export async function summary(
  paths: readonly string[],
  options: { readonly gradingReport?: string; readonly padMissing?: true; readonly json?: true },
): Promise<void> {
  if (options.gradingReport !== undefined) await checkOutputDirectory(options.gradingReport);
  const result = await summariseLogs(paths, options);
  if (options.json) printJson(result.entries.map(({ runs: _, ...entry }) => entry));
  else printLeaderboard(result);
  if (options.gradingReport !== undefined) {
    const path = await writeUpstreamReport(result.reports, options.gradingReport);
    toStderr(`Report: ${path}\n`);
  }
}

/** The table, its notes and what is not verified, to standard output. */
export function printLeaderboard({ entries, table: { columns, rows, notes } }: LogsSummary): void {
  toStdout(
    formatTable(
      columns.map((title, index) => ({ title: title || "runs of", align: index === 0 ? "left" : "right" })),
      rows,
    ),
  );
  for (const note of notes) toStdout(`* ${oneLine(note)}\n`);
  for (const { log, why } of entries.flatMap(({ unverified }) => unverified))
    toStdout(`! ${oneLine(`${log}: ${why}`)}\n`);
  toStdout("Percent of competitions with a medal, mean and standard error over seeds.\n");
  if (notes.some((note) => note.includes("no result"))) {
    toStdout("With --pad-missing, missing reports count as no submission.\n");
  }
}
