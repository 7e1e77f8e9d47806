import type { ownerState, ProcessOwner } from "@mlebench/base";
import { z } from "zod";
import type { CleanupFilter, CleanupReport } from "./provider.js";

/** Whose something that a provider made is. */
export interface Ownership {
  readonly runId: string;
  readonly owner: ProcessOwner;
  /** Whether it was left for a person. */
  readonly keep: boolean;
}

const NOBODY: ProcessOwner = { host: "", pid: 0, startTime: "", pidNamespace: "" };
const text = z.string().catch("");
const Written = z
  .object({
    runId: text,
    owner: z.object({ host: text, pid: z.number().catch(0), startTime: text, pidNamespace: text }).catch(NOBODY),
    keep: z.boolean().catch(false),
  })
  .catch({ runId: "", owner: NOBODY, keep: false });

/** An ownership as it was written down; what is missing or unreadable belongs to no run and to nobody who is known. */
export function readOwnership(written: unknown): Ownership {
  return Written.parse(written);
}

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
