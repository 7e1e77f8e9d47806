import { checkOutputDirectory, exportRunGroups, summariseLogs } from "@mlebench/runner";
import { toStderr } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { printLeaderboard } from "./summary.js";

/** `mlebench leaderboard` */
export async function leaderboard(
  paths: readonly string[],
  options: { readonly export?: string; readonly padMissing?: true; readonly json?: true },
): Promise<void> {
  if (options.export !== undefined) await checkOutputDirectory(options.export);
  const result = await summariseLogs(paths, options);
  const { entries } = result;
  const exported = options.export === undefined ? [] : await exportRunGroups(entries, options.export);
  if (options.json) printJson({ entries: entries.map(({ runs: _, ...entry }) => entry), exported });
  else printLeaderboard(result);
  for (const { runGroup, path } of exported) toStderr(`Run group ${runGroup}: ${path}\n`);
}
