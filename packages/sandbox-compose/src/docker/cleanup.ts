import { ownerState } from "@mlebench/base";
import { reasonToLeave } from "../leftover-rules.js";
import type { CleanupFilter, CleanupReport, SandboxResource } from "../provider.js";
import type { Engine } from "./engine.js";
import { OWNED_LABEL, ownershipOf } from "./labels.js";
import { removeFor } from "./project.js";

/** Removes containers, networks and volumes whose owner is gone, or those of the run that is named. */
export async function removeLeftovers(engine: Engine, filter: CleanupFilter): Promise<CleanupReport> {
  const all = await engine.labelled(OWNED_LABEL);
  const removed: SandboxResource[] = [];
  const left: CleanupReport["left"][number][] = [];
  const failed: CleanupReport["failed"][number][] = [];
  // Containers first: networks and volumes cannot go while something uses them.
  for (const kind of ["container", "network", "volume"] as const) {
    await Promise.all(
      all[kind].map(async ({ id, name, labels }) => {
        const { runId, owner, keep } = ownershipOf(labels);
        if (filter.runId !== undefined && filter.runId !== runId) return;
        const resource: SandboxResource = { kind, name, runId };
        const reason = filter.runId === undefined ? reasonToLeave(filter, ownerState(owner), keep) : undefined;
        if (reason !== undefined) {
          left.push({ ...resource, reason });
          return;
        }
        const failure = await removeFor(() => {
          if (kind === "container") return engine.removeContainer(id);
          return kind === "network" ? engine.removeNetwork(id) : engine.removeVolume(id);
        });
        if (failure === undefined) removed.push(resource);
        else failed.push({ ...resource, message: failure.message });
      }),
    );
  }
  return { removed, left, failed };
}
