import type { ownerState } from "@mlebench/base";
import type { CleanupFilter, CleanupReport } from "./provider.js";

/** Why something stays, by whether its owner lives and whether it was kept on purpose; undefined when it may go. */
export function reasonToLeave(
  filter: CleanupFilter,
  owner: ReturnType<typeof ownerState>,
  keep: boolean,
): CleanupReport["left"][number]["reason"] | undefined {
  if (owner === "alive") return "owner-alive";
  if (keep && filter.includeKept !== true) return "kept";
  if (owner === "unknown" && filter.includeOtherHosts !== true) return "other-host";
  return undefined;
}
