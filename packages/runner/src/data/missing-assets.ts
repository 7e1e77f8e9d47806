import type { EnsureAssetsReport } from "@mlebench/data-prep";
import { rootReason } from "./root-reason.js";

/** So many ids fit into a line that is still read. */
const MOST_IDS = 8;

/** What helps where there is no network. */
export const WITHOUT_NETWORK = "Without network, --assets-dir names a folder that has upstream's.";

/** One sentence, without its end, on all files of a kind that can't be had: whose they are, and why the first one can't. */
export function missingAssets(noun: string, { missing }: Pick<EnsureAssetsReport, "missing">): string {
  const ids = missing.map(({ competitionId }) => competitionId).sort();
  const what = ids.length === 1 ? noun : `${noun}s`;
  return `The ${what} of ${listed(ids)} can't be had (${rootReason(missing[0]?.error)})`;
}

function listed(ids: readonly string[]): string {
  if (ids.length <= MOST_IDS) return ids.join(", ");
  const shown = ids.slice(0, MOST_IDS - 2);
  return `${shown.join(", ")} and ${ids.length - shown.length} more`;
}
