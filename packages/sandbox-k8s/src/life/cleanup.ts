import {
  type CleanupFilter,
  type CleanupReport,
  ownerState,
  reasonToLeave,
  type SandboxResource,
} from "@mlebench/sandbox-compose";
import { apiFailure, type Cluster, callApi } from "../api/cluster.js";
import { labelValue, OWNED_LABEL, RUN_LABEL, readOwnership, SANDBOX_LABEL } from "./labels.js";

/** Deletes the pods, services and network policies of one sandbox. */
export async function removeSandbox(cluster: Cluster, sandbox: string, several: boolean): Promise<void> {
  const selection = { namespace: cluster.namespace, labelSelector: `${SANDBOX_LABEL}=${sandbox}` };
  await callApi(() => cluster.core.deleteCollectionNamespacedPod({ ...selection, gracePeriodSeconds: 0 }));
  await callApi(() => cluster.networking.deleteCollectionNamespacedNetworkPolicy(selection));
  if (several) await callApi(() => cluster.core.deleteCollectionNamespacedService(selection));
}

/** Removes pods, services and policies whose owner is gone, or those of the run that is named. */
export async function removeLeftovers(cluster: Cluster, filter: CleanupFilter): Promise<CleanupReport> {
  const { namespace, core, networking } = cluster;
  const run = filter.runId === undefined ? "" : `,${RUN_LABEL}=${labelValue(filter.runId)}`;
  const selection = { namespace, labelSelector: `${OWNED_LABEL}=1${run}` };
  const kinds = [
    {
      kind: "container",
      list: () => core.listNamespacedPod(selection),
      remove: (name: string): Promise<unknown> => core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 }),
    },
    {
      kind: "network",
      list: () => networking.listNamespacedNetworkPolicy(selection),
      remove: (name: string): Promise<unknown> => networking.deleteNamespacedNetworkPolicy({ name, namespace }),
    },
    {
      kind: "network",
      list: () => core.listNamespacedService(selection),
      remove: (name: string): Promise<unknown> => core.deleteNamespacedService({ name, namespace }),
    },
  ] as const;
  const removed: SandboxResource[] = [];
  const left: CleanupReport["left"][number][] = [];
  const failed: CleanupReport["failed"][number][] = [];
  for (const { kind, list, remove } of kinds) {
    for (const { metadata } of (await callApi<{ items: { metadata?: Metadata }[] }>(list)).items) {
      const { runId, owner, keep } = readOwnership(metadata?.annotations);
      const name = metadata?.name ?? "";
      const resource: SandboxResource = { kind, name, runId };
      const reason = filter.runId === undefined ? reasonToLeave(filter, ownerState(owner), keep) : undefined;
      if (reason !== undefined) {
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

interface Metadata {
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
