import type { EnsureAssetsReport } from "@mlebench/data-prep";

/** So many ids fit into a line that is still read. */
const MOST_IDS = 8;

/** What helps where there is no network. */
export const WITHOUT_NETWORK = "Without network, --assets-dir names a folder that has upstream's.";

/** One sentence, without its end, on all files of a kind that cannot be had: whose they are, and why the first one cannot. */
export function missingAssets(noun: string, { missing }: Pick<EnsureAssetsReport, "missing">): string {
  const ids = missing.map(({ competitionId }) => competitionId).sort();
  const what = ids.length === 1 ? noun : `${noun}s`;
  return `The ${what} of ${listed(ids)} can't be had (${rootReason(missing[0]?.error)})`;
}

/** What is at the bottom of an error, as a part of a sentence; what lies above says which files and addresses were tried. */
export function rootReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.cause instanceof Error ? rootReason(error.cause) : "";
  return (reason || error.message).replace(/\.$/, "");
}

function listed(ids: readonly string[]): string {
  if (ids.length <= MOST_IDS) return ids.join(", ");
  const shown = ids.slice(0, MOST_IDS - 2);
  return `${shown.join(", ")} and ${ids.length - shown.length} more`;
}
