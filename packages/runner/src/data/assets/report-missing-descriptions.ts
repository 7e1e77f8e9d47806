import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureAssets } from "@mlebench/data-prep";
import type { RunEventListener } from "../../events.js";
import { rawDirOf } from "../disk/raw-directory.js";
import { assetSources } from "./asset-sources.js";
import { type DescriptionOptions, hasSubstitute } from "./description.js";
import { missingAssets, WITHOUT_NETWORK } from "./missing-assets.js";

/**
 * Fetches the descriptions that will be needed, and says now and not after hours which ones cannot be had.
 * @param missing competitions that are not prepared yet.
 * @returns those that were reported.
 */
export async function reportMissingDescriptions(
  competitions: readonly string[],
  missing: readonly string[],
  options: DescriptionOptions & { readonly emit: RunEventListener },
): Promise<ReadonlySet<string>> {
  const wanted: string[] = [];
  for (const id of competitions) {
    const rawDir = rawDirOf(id, options.rawDir);
    if (rawDir !== undefined && existsSync(join(rawDir, "description.md"))) continue;
    if (missing.includes(id) || (await hasSubstitute(id, options.dataDir))) wanted.push(id);
  }
  if (wanted.length === 0) return new Set();
  const kind = options.obfuscate ? "description-obfuscated" : "description";
  const report = await ensureAssets(wanted, { ...assetSources(options), kinds: [kind] });
  const ids = report.missing.map(({ competitionId }) => competitionId);
  if (ids.length === 0) return new Set();
  const standIn =
    ids.length === 1
      ? "a short one of ours stands in until a later call finds it"
      : "short ones of ours stand in until a later call finds them";
  options.emit({ type: "warning", message: `${missingAssets("description", report)}; ${standIn}. ${WITHOUT_NETWORK}` });
  return new Set(ids);
}
