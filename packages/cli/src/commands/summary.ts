import { checkOutputDirectory, summariseLogs, writeUpstreamReport } from "@mlebench/runner";
import { printJson } from "../output/print-json.js";
import { formatTable } from "../output/table.js";

/** `mlebench summary` */
export async function summary(
  paths: readonly string[],
  options: { readonly gradingReport?: string; readonly json?: true },
): Promise<void> {
  if (options.gradingReport !== undefined) await checkOutputDirectory(options.gradingReport);
  const result = await summariseLogs(paths);
  if (options.json) printJson(result.entries);
  else {
    const { columns, rows, notes } = result.table;
    process.stdout.write(
      formatTable(
        columns.map((title, index) => ({ title: title || "runs of", align: index === 0 ? "left" : "right" })),
        rows,
      ),
    );
    for (const note of notes) process.stdout.write(`* ${note}\n`);
    for (const { log, why } of result.entries.flatMap(({ unverified }) => unverified)) {
      process.stdout.write(`! ${log}: ${why}\n`);
    }
    process.stdout.write("Percent of competitions with a medal, mean and standard error over runs.\n");
  }
  if (options.gradingReport !== undefined) {
    const path = await writeUpstreamReport(result.reports, options.gradingReport);
    process.stderr.write(`Report: ${path}\n`);
  }
}
