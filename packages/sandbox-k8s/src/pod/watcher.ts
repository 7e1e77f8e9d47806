import { type V1Pod, Watch } from "@kubernetes/client-node";
import { type Cluster, callApi } from "../api/cluster.js";
import { SANDBOX_LABEL } from "../life/labels.js";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const WATCH_SECONDS = 300;

/** Follows the pods of one sandbox by a watch, which is opened again whenever it ends. */
export class PodWatcher {
  readonly #cluster: Cluster;
  readonly #sandbox: string;
  readonly #pods = new Map<string, V1Pod | "deleted">();
  readonly #listeners = new Set<() => void>();
  #controller: AbortController | undefined;
  #closed = false;

  constructor(cluster: Cluster, sandbox: string) {
    this.#cluster = cluster;
    this.#sandbox = sandbox;
  }

  start(): void {
    void this.#run();
  }

  pod(name: string): V1Pod | "deleted" | undefined {
    return this.#pods.get(name);
  }

  /** Calls back after every change; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#controller?.abort();
    this.#listeners.clear();
  }

  async #run(): Promise<void> {
    const { core, namespace } = this.#cluster;
    const labelSelector = `${SANDBOX_LABEL}=${this.#sandbox}`;
    for (let pause = FIRST_PAUSE_MS; !this.#closed; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const startedAt = performance.now();
      try {
        const list = await callApi(() => core.listNamespacedPod({ namespace, labelSelector }));
        const seen = new Set(list.items.map((pod) => pod.metadata?.name ?? ""));
        for (const name of this.#pods.keys()) if (!seen.has(name)) this.#pods.set(name, "deleted");
        for (const pod of list.items) this.#pods.set(pod.metadata?.name ?? "", pod);
        this.#changed();
        if (!this.#closed) await this.#follow(labelSelector, list.metadata?.resourceVersion);
      } catch {
        // The next round lists again; callers have deadlines of their own.
      }
      if (performance.now() - startedAt > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      if (!this.#closed) await new Promise((resolve) => setTimeout(resolve, pause).unref());
    }
  }

  #follow(labelSelector: string, resourceVersion: string | undefined): Promise<void> {
    const { config, namespace } = this.#cluster;
    return new Promise((resolve) => {
      const query = { labelSelector, resourceVersion, timeoutSeconds: WATCH_SECONDS };
      const onEvent = (type: string, pod: V1Pod) => {
        if (type === "ERROR") {
          this.#controller?.abort();
          return;
        }
        this.#pods.set(pod.metadata?.name ?? "", type === "DELETED" ? "deleted" : pod);
        this.#changed();
      };
      new Watch(config)
        .watch(`/api/v1/namespaces/${namespace}/pods`, query, onEvent, () => resolve())
        .then(
          (controller) => {
            this.#controller = controller;
            if (this.#closed) controller.abort();
          },
          () => resolve(),
        );
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
