import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureAssets } from "@mlebench/data-prep";
import type { RunEventListener } from "../events.js";
import { assetSources } from "./asset-sources.js";
import { type DescriptionOptions, hasSubstitute } from "./description.js";
import { rawDirOf } from "./raw-dir-of.js";
import { rootReason } from "./root-reason.js";

/** So many ids fit into a line that is still read. */
const MOST_IDS = 8;

/**
 * Fetches the descriptions that will be needed, and says now and not after hours which ones can't be had.
 * @param missing competitions that are not prepared yet.
 * @returns those that were told.
 */
export async function tellMissingDescriptions(
  competitions: readonly string[],
  missing: readonly string[],
  options: DescriptionOptions & { readonly emit: RunEventListener },
): Promise<ReadonlySet<string>> {
  const wanted: string[] = [];
  for (const id of competitions) {
    const rawDir = rawDirOf(id, options.rawDir);
    if (rawDir !== undefined && existsSync(join(rawDir, "description.md"))) continue;
    if (missing.includes(id) || (await hasSubstitute(id, options.dataDirectory))) wanted.push(id);
  }
  if (wanted.length === 0) return new Set();
  const kind = options.obfuscate ? "description-obfuscated" : "description";
  const report = await ensureAssets(wanted, { ...assetSources(options), kinds: [kind] });
  const [first] = report.missing;
  if (!first) return new Set();
  const ids = report.missing.map(({ competitionId }) => competitionId).sort();
  const why = `can't be had (${rootReason(first.error)})`;
  const what =
    ids.length === 1
      ? `The description of ${ids[0]} ${why}; a short one of ours stands in until a later call finds it.`
      : `The descriptions of ${listed(ids)} ${why}; short ones of ours stand in until a later call finds them.`;
  options.emit({
    type: "warning",
    message: `${what} Without network, --assets-dir names a folder that has upstream's.`,
  });
  return new Set(ids);
}

function listed(ids: readonly string[]): string {
  if (ids.length <= MOST_IDS) return ids.join(", ");
  const shown = ids.slice(0, MOST_IDS - 2);
  return `${shown.join(", ")} and ${ids.length - shown.length} more`;
}
