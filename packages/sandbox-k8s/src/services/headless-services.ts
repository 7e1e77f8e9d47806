import type { V1Service } from "@kubernetes/client-node";
import { messageOf } from "@mlebench/base";
import type { UpOptions } from "@mlebench/sandbox-compose";
import { apiFailure, type Cluster, callApi } from "../api/cluster.js";
import { SANDBOX_LABEL, SERVICE_LABEL } from "../life/labels.js";
import type { PodContext } from "../pod/manifest.js";

/** The pod that is to be found by name. */
export interface NamedPod extends Pick<PodContext, "name" | "metadata"> {
  readonly uid: string;
}

/**
 * A headless Service for each further service, so that the cluster's DNS knows it by its pod's name. Sandboxes do not need
 * that, for names are in /etc/hosts; so an account or quota without Services is told of once and not asked again.
 */
export class HeadlessServices {
  readonly #cluster: Cluster;
  #refused = false;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Never rejects. */
  async announce(pod: NamedPod, { onProgress, signal }: Pick<UpOptions, "onProgress" | "signal">): Promise<void> {
    if (this.#refused) return;
    const { core, namespace } = this.#cluster;
    try {
      await callApi(() => core.createNamespacedService({ namespace, body: headlessService(pod) }), signal);
    } catch (error) {
      // A create whose answer was lost is repeated and meets its own object.
      if (this.#refused || signal?.aborted === true || apiFailure(error)?.status === 409) return;
      this.#refused = true;
      const why = apiFailure(error)?.message ?? messageOf(error);
      onProgress?.({ type: "warning", message: `services have no names in DNS, only in /etc/hosts: ${why}` });
    }
  }
}

/** Owned by the pod, so that the cluster removes it with that. */
function headlessService({ name, uid, metadata: { labels, annotations } }: NamedPod): V1Service {
  return {
    metadata: { name, labels, annotations, ownerReferences: [{ apiVersion: "v1", kind: "Pod", name, uid }] },
    spec: {
      clusterIP: "None",
      selector: {
        [SANDBOX_LABEL]: labels[SANDBOX_LABEL] ?? "",
        [SERVICE_LABEL]: labels[SERVICE_LABEL] ?? "",
      },
      // Others may look for it before its healthcheck has passed, as with Docker.
      publishNotReadyAddresses: true,
    },
  };
}
