import { type V1Pod, Watch } from "@kubernetes/client-node";
import { type Cluster, callApi } from "../api/cluster.js";
import { ClusterUnavailableError } from "../errors.js";
import { ORCHESTRATOR_LABEL, SANDBOX_LABEL } from "../life/labels.js";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const WATCH_SECONDS = 240;
/** A watch that its server should have ended by then has lost its connection without a word. */
const SILENCE_SECONDS = WATCH_SECONDS + 60;

/** The pods of one sandbox, as last seen. */
export interface FollowedPods {
  pod(name: string): V1Pod | "deleted" | undefined;
  /** Why nothing is seen at the moment: the API server is away for long, or refuses. */
  trouble(): ClusterUnavailableError | undefined;
  /** Calls back after every change; returns what ends that. */
  onChange(listener: () => void): () => void;
  close(): void;
}

interface Followed {
  readonly pods: Map<string, V1Pod | "deleted">;
  readonly listeners: Set<() => void>;
}

/** Follows the pods of all sandboxes of one provider by one watch, which is open while there are any. */
export class PodWatcher {
  readonly #cluster: Cluster;
  readonly #labelSelector: string;
  readonly #followed = new Map<string, Followed>();
  #controller: AbortController | undefined;
  #running = false;
  #trouble: ClusterUnavailableError | undefined;

  constructor(cluster: Cluster, orchestrator: string) {
    this.#cluster = cluster;
    this.#labelSelector = `${ORCHESTRATOR_LABEL}=${orchestrator}`;
  }

  /** Starts before the sandbox has pods, so that none of their changes is missed. */
  follow(sandbox: string): FollowedPods {
    const followed: Followed = { pods: new Map(), listeners: new Set() };
    this.#followed.set(sandbox, followed);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
    return {
      pod: (name) => followed.pods.get(name),
      trouble: () => this.#trouble,
      onChange(listener) {
        followed.listeners.add(listener);
        return () => followed.listeners.delete(listener);
      },
      close: () => {
        followed.listeners.clear();
        this.#followed.delete(sandbox);
        if (this.#followed.size === 0) this.#controller?.abort();
      },
    };
  }

  async #run(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; this.#followed.size > 0; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const startedAt = performance.now();
      try {
        await this.#follow(await this.#list());
      } catch (error) {
        if (ClusterUnavailableError.is(error)) this.#trouble = error;
        this.#tellAll();
      }
      if (performance.now() - startedAt > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      if (this.#followed.size > 0) await new Promise((resolve) => setTimeout(resolve, pause).unref());
    }
    this.#running = false;
  }

  async #list(): Promise<string | undefined> {
    const { core, namespace } = this.#cluster;
    // What was created after the list began is not in it, and not gone either.
    const before = new Map([...this.#followed].map(([id, { pods }]) => [id, [...pods.keys()]]));
    const list = await callApi(() => core.listNamespacedPod({ namespace, labelSelector: this.#labelSelector }));
    const seen = new Set(list.items.map((pod) => pod.metadata?.name ?? ""));
    for (const [id, names] of before) {
      const followed = this.#followed.get(id);
      for (const name of names) if (!seen.has(name)) followed?.pods.set(name, "deleted");
    }
    for (const pod of list.items) this.#followedOf(pod)?.pods.set(pod.metadata?.name ?? "", pod);
    this.#trouble = undefined;
    this.#tellAll();
    return list.metadata?.resourceVersion;
  }

  async #follow(resourceVersion: string | undefined): Promise<void> {
    if (this.#followed.size === 0) return;
    const { config, namespace } = this.#cluster;
    const query = { labelSelector: this.#labelSelector, resourceVersion, timeoutSeconds: WATCH_SECONDS };
    let silence: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      const onEvent = (type: string, pod: V1Pod) => {
        if (type === "ERROR") {
          this.#controller?.abort();
          return;
        }
        const followed = this.#followedOf(pod);
        followed?.pods.set(pod.metadata?.name ?? "", type === "DELETED" ? "deleted" : pod);
        if (followed !== undefined) tell(followed);
      };
      const finish = () => {
        this.#controller?.abort();
        resolve();
      };
      silence = setTimeout(finish, SILENCE_SECONDS * 1000).unref();
      new Watch(config).watch(`/api/v1/namespaces/${namespace}/pods`, query, onEvent, finish).then((controller) => {
        this.#controller = controller;
        if (this.#followed.size === 0) controller.abort();
      }, finish);
    });
    clearTimeout(silence);
    this.#controller = undefined;
  }

  #tellAll(): void {
    for (const followed of [...this.#followed.values()]) tell(followed);
  }

  #followedOf(pod: V1Pod): Followed | undefined {
    return this.#followed.get(pod.metadata?.labels?.[SANDBOX_LABEL] ?? "");
  }
}

function tell({ listeners }: Followed): void {
  for (const listener of [...listeners]) listener();
}
