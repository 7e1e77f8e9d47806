import { abortable, startDeadline } from "@mlebench/base";
import { type SandboxError, SandboxStartError } from "@mlebench/sandbox-compose";
import type { Cluster } from "../api/cluster.js";
import { judge } from "./start-verdict.js";
import type { FollowedPods } from "./watcher.js";

const LOG_LINES = 20;
const WORDS_SECONDS = 10;
const LOOK_AGAIN_MS = 1000;

/** What is waited for: `up-or-done` suits services that may have ended well by then, `addressed` those with an address. */
export type Condition = "addressed" | "up" | "up-or-done" | "service_healthy" | "service_completed_successfully";

export interface UntilUpOptions {
  readonly cluster: Cluster;
  readonly pods: FollowedPods;
  readonly pod: string;
  readonly service: string;
  readonly condition: Condition;
  /** From the moment that a node takes the pod. */
  readonly startSeconds: number;
  /** For what may pass by itself, such as a full cluster. */
  readonly patienceSeconds: number;
  /** Told once about each kind of trouble that is waited out. */
  readonly onTrouble?: (error: SandboxError) => void;
  readonly signal?: AbortSignal;
}

/**
 * Waits for a pod to come up.
 * @throws SandboxError with what Kubernetes and the service itself say; the signal's reason when aborted
 */
export async function untilUp(options: UntilUpOptions): Promise<void> {
  const { cluster, pods, pod, service, condition, onTrouble, signal } = options;
  const startMs = options.startSeconds * 1000;
  const patienceMs = options.patienceSeconds * 1000;
  let placedAt = performance.now();
  let stuckSince: number | undefined;
  let told: string | undefined;
  const look = (): "up" | "wait" | SandboxError => {
    const now = performance.now();
    const trouble = pods.trouble();
    if (trouble !== undefined) return trouble;
    const seen = pods.pod(pod);
    const verdict = judge(seen, service);
    if (condition === "addressed" && seen !== "deleted" && seen?.status?.podIP !== undefined) return "up";
    if (verdict.state === "failed") return verdict.error;
    if (verdict.state === "stuck") {
      stuckSince ??= now;
      placedAt = now;
      if (told !== verdict.error.code) {
        told = verdict.error.code;
        onTrouble?.(verdict.error);
      }
      return now - stuckSince >= patienceMs ? verdict.error : "wait";
    }
    if (verdict.state === "done") {
      if (condition === "up-or-done" || condition === "service_completed_successfully") return "up";
      return new SandboxStartError(`Service ${service} did not come up: it ended with exit code 0.`, {
        hint: "The service's command must keep running.",
      });
    }
    if (verdict.state === "up" && condition !== "service_completed_successfully") return "up";
    // A pull that is tried again goes by "ContainerCreating" in between; only time without trouble ends it.
    if (now - placedAt < startMs) return "wait";
    return new SandboxStartError(`Service ${service} did not come up: it was not ready in ${options.startSeconds} s.`, {
      hint: "Its healthcheck fails, its image is large, or a volume is missing; `kubectl describe pod` has the events.",
    });
  };
  const failure = await new Promise<unknown>((resolve) => {
    const again = () => {
      const outcome = signal?.aborted === true ? signal.reason : look();
      if (outcome === "wait") return;
      clearInterval(timer);
      off();
      signal?.removeEventListener("abort", again);
      resolve(outcome);
    };
    const timer = setInterval(again, LOOK_AGAIN_MS);
    const off = pods.onChange(again);
    signal?.addEventListener("abort", again, { once: true });
    again();
  });
  if (failure === "up") return;
  if (SandboxStartError.is(failure)) failure.message += await lastWords(cluster, pod);
  throw failure;
}

/** The warning of the pod's events and the end of its output, as far as they can be had. */
export async function lastWords({ core, namespace }: Cluster, name: string): Promise<string> {
  const fieldSelector = `involvedObject.name=${name},type=Warning`;
  const trimmed = (text: string | undefined) => text?.trim() ?? "";
  const none = () => "";
  const words = Promise.all([
    core.listNamespacedEvent({ namespace, fieldSelector }).then(({ items }) => trimmed(items.at(-1)?.message), none),
    core.readNamespacedPodLog({ name, namespace, tailLines: LOG_LINES }).then(trimmed, none),
  ]);
  using deadline = startDeadline(WORDS_SECONDS * 1000);
  const [events, log] = await abortable(words, deadline.signal).catch(() => ["", ""]);
  return `${events === "" ? "" : ` Its last event: ${events}`}${log === "" ? "" : ` Its last output: ${log}`}`;
}
