import { nearestNames } from "@mlebench/base";
import { getThresholds, listCompetitions, loadPlugIn, readSplit, registerDemo } from "@mlebench/runner";
import { CliUsageError } from "../errors.js";
import type { CompetitionOptions } from "../options/choose-competitions.js";
import { toStderr, toStdout } from "../output/print.js";
import { printJson } from "../output/print-json.js";
import { formatTable, left, right } from "../output/table.js";

export interface ListOptions extends Pick<CompetitionOptions, "split" | "plugIn"> {
  readonly category?: string;
  readonly maxSize?: number;
  readonly demo?: true;
  readonly json?: true;
}

/** `mlebench list` */
export async function listCommand(options: ListOptions): Promise<void> {
  if (options.demo) registerDemo();
  for (const plugIn of options.plugIn ?? []) await loadPlugIn(plugIn);
  const all = listCompetitions().filter(({ demo }) => options.demo || !demo);
  const ids = options.split === undefined ? undefined : await readSplit(options.split);
  const chosen = all.filter(
    ({ id, sizeGB, category }) =>
      (!ids || ids.includes(id)) &&
      (options.maxSize === undefined || (sizeGB !== null && sizeGB <= options.maxSize)) &&
      (options.category === undefined || category?.toLowerCase().includes(options.category.toLowerCase())),
  );
  if (options.category !== undefined && chosen.length === 0) refuseCategory(options.category, all);
  if (options.json) {
    const rows = chosen.map((competition) => ({ ...competition, thresholds: getThresholds(competition.id) }));
    return printJson(rows);
  }
  toStdout(
    formatTable(
      [
        ...left("competition", "splits", "category"),
        ...right("GB"),
        ...left("metric"),
        ...right("median", "bronze", "silver", "gold"),
        ...left("better"),
      ],
      chosen.map(({ id, splits, category, sizeGB, metric }) => {
        const lines = getThresholds(id);
        return [
          id,
          splits.join(" "),
          category ?? "",
          sizeGB === null ? "" : String(sizeGB),
          metric,
          ...(lines ? [lines.median, lines.bronze, lines.silver, lines.gold].map(String) : ["", "", "", ""]),
          lines ? (lines.isLowerBetter ? "lower" : "higher") : "",
        ];
      }),
    ),
  );
  toStderr(`${chosen.length} competition${chosen.length === 1 ? "" : "s"}\n`);
}

function refuseCategory(category: string, all: readonly { readonly category: string | null }[]): void {
  const known = [...new Set(all.flatMap((each) => (each.category === null ? [] : [each.category])))].sort();
  if (known.some((each) => each.toLowerCase().includes(category.toLowerCase()))) return;
  const near = nearestNames(category, known);
  throw new CliUsageError(
    `There is no category "${category}".`,
    near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `The categories are ${known.join(", ")}.`,
  );
}
