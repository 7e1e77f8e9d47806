import { hash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "@mlebench/base";
import { type Competition, getCompetition } from "@mlebench/competitions";
import { dataPaths, ensureAssets, fetchDescription } from "@mlebench/data-prep";
import type { RunEventListener } from "../../events.js";
import { rawDirOf } from "../disk/raw-directory.js";
import { type AssetOptions, assetSources } from "./asset-sources.js";
import { missingAssets, rootReason, WITHOUT_NETWORK } from "./missing-assets.js";

/** First line of a description of ours, so that it can be told from the competition's own. */
export const SUBSTITUTE_MARK = "<!-- mlebench: the competition's own description could not be fetched -->";

export interface DescriptionOptions extends AssetOptions {
  /** A folder of the user's that may hold `description.md`. */
  readonly rawDir?: string;
  /** The version that does not tell which competition it is. */
  readonly obfuscate?: boolean;
  /** Told when the description is a substitute. */
  readonly onWarning?: (message: string) => void;
}

/**
 * The text of a competition's description: from the user's folders, the data directory's cache, or upstream's pinned
 * commit, checked against the recorded hash. Where none can be had, a short one of our own, so that a run is possible
 * without network.
 * @returns undefined for a competition that writes its own.
 */
export async function competitionDescription(
  competitionId: string,
  options: DescriptionOptions,
): Promise<Uint8Array | string | undefined> {
  const competition = getCompetition(competitionId);
  if (!competition.description) return undefined;
  const own = options.rawDir === undefined ? undefined : await read(join(options.rawDir, "description.md"));
  if (own) return own;
  try {
    const { path } = await fetchDescription(competitionId, {
      ...assetSources(options),
      obfuscated: options.obfuscate ?? false,
    });
    return await readFile(path);
  } catch (error) {
    options.signal?.throwIfAborted();
    options.onWarning?.(`${competitionId}: a short description of ours stands in: ${rootReason(error)}.`);
    return substitute(competition);
  }
}

/**
 * Brings the description of a prepared competition up to date: a substitute gives way to the real one once that can be
 * had, and the plain and the obfuscated one take each other's place when asked to. Any other text, such as one that a
 * person wrote, stays.
 */
export async function refreshDescription(competitionId: string, options: DescriptionOptions): Promise<void> {
  const { description, descriptionObfuscated } = getCompetition(competitionId);
  const path = dataPaths(options.dataDir, competitionId).description;
  const text = description && (await read(path));
  if (!text) return;
  const isSubstitute = text.toString("utf8").startsWith(SUBSTITUTE_MARK);
  const isOtherVersion =
    options.obfuscate !== undefined &&
    hash("sha256", text) === (options.obfuscate ? description : descriptionObfuscated)?.sha256;
  if (!isSubstitute && !isOtherVersion) return;
  const better = await competitionDescription(competitionId, options);
  if (better === undefined || (typeof better === "string" && !isOtherVersion)) return;
  try {
    await writeAtomically(path, better);
  } catch (error) {
    // A read-only directory keeps its substitute; a version that was asked for must not be missing silently.
    if (isOtherVersion) throw error;
  }
}

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

/** Whether a prepared competition has a description of ours in place of its own. */
async function hasSubstitute(competitionId: string, dataDir: string): Promise<boolean> {
  const text = await read(dataPaths(dataDir, competitionId).description);
  return text?.toString("utf8").startsWith(SUBSTITUTE_MARK) ?? false;
}

function substitute(competition: Competition): string {
  return `${SUBSTITUTE_MARK}
# ${competition.name}

The original description of this Kaggle competition is not available here. What is known:

- Its page is https://www.kaggle.com/c/${competition.id}
- Metric: ${competition.metric}${competition.category ? `\n- Kind: ${competition.category}` : ""}
- The sample submission in this folder (${competition.sampleSubmission.replace(/^public\//, "")}) shows the columns and the rows that a submission must have.
- The training data has what the test data lacks; compare the columns of both.
`;
}

function read(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
