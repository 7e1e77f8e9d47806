import type { V1NetworkPolicy, V1Pod } from "@kubernetes/client-node";
import { ownerState } from "@mlebench/base";
import type { CleanupFilter, CleanupReport, SandboxResource } from "@mlebench/sandbox-compose";
import { reasonToLeave } from "@mlebench/sandbox-compose/provider-kit";
import { apiFailure, type Cluster, callApi } from "../api/cluster.js";
import { labelValue, OWNED_LABEL, ownershipOf, RUN_LABEL, SANDBOX_LABEL } from "./labels.js";

/** Whoever is alive has removed what ended long before. */
const OVER_SECONDS = 3600;

/** Deletes the pods and network policies of one sandbox. */
export async function removeSandbox(cluster: Cluster, sandbox: string): Promise<void> {
  const selection = { namespace: cluster.namespace, labelSelector: `${SANDBOX_LABEL}=${sandbox}` };
  await callApi(() => cluster.core.deleteCollectionNamespacedPod({ ...selection, gracePeriodSeconds: 0 }));
  await callApi(() => cluster.networking.deleteCollectionNamespacedNetworkPolicy(selection));
}

/**
 * Removes pods and policies whose owner is gone, or those of the run that is named. An owner on another machine cannot be
 * seen from here; its pods end by themselves when it dies, and go some time after that.
 * @param now in milliseconds
 */
export async function removeLeftovers(
  cluster: Cluster,
  filter: CleanupFilter,
  now: number = Date.now(),
): Promise<CleanupReport> {
  const { namespace, core, networking } = cluster;
  const run = filter.runId === undefined ? "" : `,${RUN_LABEL}=${labelValue(filter.runId)}`;
  const selection = { namespace, labelSelector: `${OWNED_LABEL}=1${run}` };
  const inUse = new Set<string>();
  const kinds: readonly Kind[] = [
    {
      kind: "container",
      list: async () => (await core.listNamespacedPod(selection)).items,
      remove: (name) => core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 }),
      overSince: ({ status }) => {
        if (status?.phase !== "Failed" && status?.phase !== "Succeeded") return undefined;
        return status.containerStatuses?.[0]?.state?.terminated?.finishedAt ?? status.startTime;
      },
    },
    {
      kind: "network",
      list: async () => (await networking.listNamespacedNetworkPolicy(selection)).items,
      remove: (name) => networking.deleteNamespacedNetworkPolicy({ name, namespace }),
      // Policies are older than their pods.
      overSince: ({ metadata }) =>
        inUse.has(metadata?.labels?.[SANDBOX_LABEL] ?? "") ? undefined : metadata?.creationTimestamp,
    },
  ];
  const removed: SandboxResource[] = [];
  const left: CleanupReport["left"][number][] = [];
  const failed: CleanupReport["failed"][number][] = [];
  for (const { kind, list, remove, overSince } of kinds) {
    for (const item of await callApi(list)) {
      const { metadata } = item;
      const { runId, owner, keep } = ownershipOf(metadata?.annotations);
      const name = metadata?.name ?? "";
      const resource: SandboxResource = { kind, name, runId };
      const reason = filter.runId === undefined ? reasonToLeave(filter, ownerState(owner), keep) : undefined;
      const since = overSince(item)?.getTime();
      const isOver = since !== undefined && now - since > OVER_SECONDS * 1000;
      if (reason !== undefined && !(reason === "other-host" && isOver)) {
        inUse.add(metadata?.labels?.[SANDBOX_LABEL] ?? "");
        left.push({ ...resource, reason });
        continue;
      }
      try {
        await callApi(() => remove(name));
        removed.push(resource);
      } catch (error) {
        const failure = apiFailure(error);
        if (failure?.status !== 404) failed.push({ ...resource, message: failure?.message ?? String(error) });
      }
    }
  }
  return { removed, left, failed };
}

interface Kind {
  readonly kind: SandboxResource["kind"];
  list(): Promise<readonly (V1Pod | V1NetworkPolicy)[]>;
  remove(name: string): Promise<unknown>;
  /** Since when it has been of no use to anybody. */
  overSince(item: Pick<V1Pod, "metadata" | "status">): Date | undefined;
}
